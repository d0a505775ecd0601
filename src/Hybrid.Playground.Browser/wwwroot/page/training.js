// The training: prepared, run, paused, and drawn frame by frame: the next one is asked for when the last one is drawn.
import * as state from "./state.js";
import * as network from "./network.js";
import { losses } from "./plots.js";
import { $, form, page, refresh, say, show } from "./page.js";
import {
    extras, fillAxes, fillClasses, fillLosses, isFormula, named, own, placeholders, served, set, setLayers, setOwn, words,
} from "./form.js";
import { examine } from "./doctor.js";

const isCalm = matchMedia("(prefers-reduced-motion: reduce)");

/** Sets the form to a command line. */
export async function restore({ words: line, extras: more = {} }) {
    const [, data, ...options] = line;
    if (more.formula !== undefined) {
        for (const [id, value] of Object.entries(more)) if ($(id)) $(id).value = value;
        $("data").value = "formula";
    } else if (named.includes(data)) $("data").value = data;
    else if (more.csv || own.file === data) setOwn(data, more.csv ?? own.csv);
    else {
        const table = await served(data);
        if (table === null) throw new Error(`The link is about the table ${data}, which it does not hold: drop that file here.`);
        setOwn(data, table);
    }
    state.show(form, options, setLayers);
    await open();
}

/** Prepares the training that the form describes. */
export async function open() {
    const opening = ++page.openings;
    $("formula-settings").hidden = !isFormula();
    $("failure").hidden = true;
    try {
        if (isFormula())
            await page.engine.write("points.csv", await page.engine.points($("formula").value, +$("from").value, +$("to").value, +$("count").value, +$("noise").value, 1));
        else if ($("data").value === "own") await page.engine.write(own.file, own.csv);
        const description = await page.engine.open(0, words());
        if (opening !== page.openings) return;
        take(description);
        window.history.replaceState(null, "", state.toHash(words(), extras()));
    } catch (error) {
        if (opening !== page.openings) return;
        // what was prepared before is no longer what the form says
        enable(false);
        fail(error);
    }
}

/** The buttons for a training: those that need one that is prepared. */
function enable(isReady) {
    for (const button of document.querySelectorAll("#run, #step, #gradients, #seeds, #save-onnx, #copy-link, [data-text]")) button.disabled = !isReady;
    $("reset").disabled = $("prove").disabled = false;
}

function take(description) {
    const width = description.columns.length, wasSame = page.model && page.model.columns.length === width;
    const points = [];
    for (let i = 0; i < description.count; i++) {
        const at = i * (width + 2);
        points.push({ values: [...description.examples.slice(at, at + width)], target: description.examples[at + width], part: description.examples[at + width + 1] });
    }
    const values = points.map(point => point.target);
    page.model = { ...description, points, quantity: { low: Math.min(...values), high: Math.max(...values) } };
    page.result.setModel(page.model, wasSame);
    page.history = [];
    [page.isRunning, page.shownEpoch, page.chosen, page.frame, page.lastDoctor] = [false, null, null, null, 0];
    fillLosses();
    fillAxes();
    fillClasses();
    $("findings").innerHTML = "<li>No findings yet.</li>";
    $("checked").textContent = $("point").textContent = "";
    enable(true);
    $("quality-name").textContent = page.model.classes ? "Test accuracy" : "Test R²";
    placeholders();
    buttons();
    refresh();
    say(`${page.model.training} examples to learn from, ${page.model.test} held out; ${page.model.sizes.join(" → ")} units. ${page.model.notes.join(" ")}`);
}

export function fail(error) {
    page.isRunning = false;
    const box = $("failure");
    box.hidden = false;
    box.querySelector("p").textContent = error.message;
    box.querySelector(".remedies").replaceChildren(...(error.remedies ?? []).map(({ flag, value }) => {
        const button = document.createElement("button");
        button.textContent = `Try again with ${flag} ${value}`;
        button.onclick = async () => {
            set(flag, value);
            await open();
            run();
        };
        return button;
    }));
    buttons();
}

function buttons() {
    $("run").textContent = page.isRunning ? "Pause" : "Run";
}

export async function run() {
    if (!page.model) return;
    page.shownEpoch = null;
    await page.engine.run(0);
    // not before: a frame of the time when it stood still may be under way
    page.isRunning = true;
    buttons();
    say("Training.");
}

export async function pause() {
    page.isRunning = false;
    buttons();
    await page.engine.pause(0);
    refresh();
    page.lastDoctor = 0;
    say(summary());
}

export const summary = () => !page.frame ? "" : `Epoch ${page.frame.epoch}: training loss ${show(page.history[page.frame.epoch]?.[0])}`
    + (page.history[page.frame.epoch]?.[2] !== undefined && page.history[page.frame.epoch][2] !== null ? `, test loss ${show(page.history[page.frame.epoch][2])}, ${page.model.classes ? "accuracy" : "R²"} ${show(page.history[page.frame.epoch][3])}.` : ".");

/** A frame, if the last one is drawn and there is something new. */
export async function pull(now) {
    requestAnimationFrame(pull);
    if (page.isPending || !page.model || !(page.isRunning || page.isDirty) || (isCalm.matches && page.isRunning && !page.isDirty && now - page.lastFrame < 1000)) return;
    [page.isPending, page.isDirty, page.lastFrame] = [true, false, now];
    const opening = page.openings;
    try {
        const next = await page.engine.frame(0, {
            after: page.history.length - 1, epoch: page.shownEpoch, view: page.result.view, size: page.isRunning ? 32 : 64, withUnits: true,
        });
        if (opening === page.openings) drawn(next);
    } catch (error) {
        if (opening === page.openings) fail(error);
    } finally {
        page.isPending = false;
    }
}

function drawn(next) {
    page.frame = next;
    page.history.push(...next.history);
    page.targets = network.draw($("network"), page.model, page.frame, page.result.view, page.theme, page.chosen);
    page.result.draw(page.frame, page.theme);
    losses($("losses"), page.history, page.frame.at, page.theme);
    const at = page.history[page.frame.at] ?? [];
    $("epoch").textContent = page.frame.at;
    $("training-loss").textContent = show(at[0]);
    $("test-loss").textContent = show(at[2]);
    $("quality").textContent = page.model.classes && typeof at[3] === "number" ? `${(100 * at[3]).toFixed(1)} %` : show(at[3]);
    $("time").max = page.frame.epoch;
    if (page.shownEpoch === null) $("time").value = page.frame.epoch;
    $("time-text").value = `epoch ${page.frame.at}`;
    if (page.frame.failure && page.shownEpoch === null) {
        fail(page.frame.failure);
        say(page.frame.failure.message);
    }
    if (page.isRunning && !page.frame.running) {
        page.isRunning = false;
        buttons();
        refresh();
        page.lastDoctor = 0;
        if (!page.frame.failure) say(`Done. ${summary()}`);
    } else if (page.isStep) say(summary());
    page.isStep = false;
    if (performance.now() - page.lastDoctor > (page.isRunning ? 3000 : 300)) examine();
    page.frames++;
}
