// The page: the form, the buttons, and a frame from the engine whenever the last one is drawn.
import { start } from "./engine.js";
import * as state from "./state.js";
import { presets } from "./presets.js";
import { colours, losses } from "./plots.js";
import * as network from "./network.js";
import { Result } from "./result.js";
import { Race } from "./race.js";
import { drawProof } from "./proof.js";

const $ = id => document.getElementById(id), form = $("form"), engine = start(), session = 0;
const named = ["spiral", "circle", "moons", "xor", "blobs", "iris"];
const activations = ["tanh", "relu", "leaky-relu", "sigmoid", "elu", "selu", "gelu", "softplus", "identity"];
const isCalm = matchMedia("(prefers-reduced-motion: reduce)");
const own = { file: null, csv: null }; // a table of the user's

let model = null, history = [], frame = null, targets = [], chosen = null, theme = colours(document.documentElement);
let isRunning = false, isPending = false, isDirty = false, shownEpoch = null, text = "command", openings = 0, lastFrame = 0, lastDoctor = 0;

const result = new Result($("result"));
const race = new Race($("race"), () => start());

const show = value => value === null || value === undefined ? "–" : Math.abs(value) >= 1000 || (value !== 0 && Math.abs(value) < 1e-3) ? value.toExponential(2) : value.toPrecision(3);
const say = message => { $("says").textContent = message; };

// ---- the form

function addLayer({ units = "8", activation = "tanh" } = {}) {
    const row = document.createElement("li"), at = $("layers").children.length + 1;
    row.className = "layer";
    row.innerHTML = `<label>Units<input type="number" min="1" max="500"></label><label>Activation<select></select></label><button type="button" aria-label="Remove hidden layer ${at}">×</button>`;
    row.querySelector("input").value = units;
    const select = row.querySelector("select");
    for (const name of activations) select.add(new Option(name));
    select.value = activation;
    row.querySelector("button").onclick = () => { row.remove(); open(); };
    $("layers").append(row);
}

function setLayers(layers) {
    $("layers").replaceChildren();
    layers.forEach(addLayer);
}

const isFormula = () => $("data").value === "formula";
const dataWord = () => isFormula() ? "points.csv" : $("data").value === "own" ? own.file : $("data").value;
const words = () => ["train", dataWord(), ...state.options(form)];

/** What a link needs beyond the command: the formula, or the points themselves if there are few. */
function extras() {
    if (isFormula()) return Object.fromEntries(["formula", "from", "to", "count", "noise"].map(id => [id, $(id).value]));
    return $("data").value === "own" && own.csv.length < 6000 ? { csv: own.csv } : {};
}

/** Sets the form to a command line. */
async function restore({ words: line, extras: more = {} }) {
    const [, data, ...options] = line;
    if (more.formula !== undefined) {
        for (const [id, value] of Object.entries(more)) if ($(id)) $(id).value = value;
        $("data").value = "formula";
    } else if (named.includes(data)) $("data").value = data;
    else if (more.csv || own.file === data) setOwn(data, more.csv ?? own.csv);
    else if (await served(data)) setOwn(data, await served(data));
    else throw new Error(`The link is about the table ${data}, which it does not hold: drop that file here.`);
    state.show(form, options, setLayers);
    await open();
}

/** A table that hybrid playground serves beside the page, if there is one of this name. */
async function served(name) {
    const answer = await fetch(`data/${encodeURIComponent(name)}`).catch(() => null);
    return answer?.ok ? answer.text() : null;
}

function setOwn(file, csv) {
    Object.assign(own, { file, csv });
    const option = [...$("data").options].find(each => each.value === "own") ?? $("data").appendChild(new Option("", "own"));
    option.textContent = `${file} (yours)`;
    $("data").value = "own";
}

// ---- the training

/** Prepares the training that the form describes. */
async function open() {
    const opening = ++openings;
    $("formula-settings").hidden = !isFormula();
    try {
        if (isFormula())
            await engine.write("points.csv", await engine.points($("formula").value, +$("from").value, +$("to").value, +$("count").value, +$("noise").value, 1));
        else if ($("data").value === "own") await engine.write(own.file, own.csv);
        const description = await engine.open(session, words());
        if (opening !== openings) return;
        take(description);
        window.history.replaceState(null, "", state.toHash(words(), extras()));
    } catch (error) {
        if (opening === openings) fail(error);
    }
}

function take(description) {
    const width = description.columns.length, wasSame = model && model.columns.length === width;
    const points = [];
    for (let i = 0; i < description.count; i++) {
        const at = i * (width + 2);
        points.push({ values: [...description.examples.slice(at, at + width)], target: description.examples[at + width], part: description.examples[at + width + 1] });
    }
    const values = points.map(point => point.target);
    model = { ...description, points, quantity: { low: Math.min(...values), high: Math.max(...values) } };
    result.setModel(model, wasSame);
    history = [];
    [isRunning, shownEpoch, chosen, frame, lastDoctor] = [false, null, null, null, 0];
    fillLosses();
    fillAxes();
    fillClasses();
    $("failure").hidden = true;
    $("findings").innerHTML = "<li>No findings yet.</li>";
    $("checked").textContent = $("point").textContent = "";
    for (const id of ["run", "step", "reset", "gradients", "seeds", "prove", "save-onnx", "copy-link"]) $(id).disabled = false;
    for (const button of document.querySelectorAll("[data-text]")) button.disabled = false;
    $("quality-name").textContent = model.classes ? "Test accuracy" : "Test R²";
    placeholders();
    buttons();
    refresh();
    say(`${model.training} examples to learn from, ${model.test} held out; ${model.sizes.join(" → ")} units. ${model.notes.join(" ")}`);
}

function placeholders() {
    const set = (flag, value) => { form.querySelector(`[data-flag="${flag}"]`).placeholder = value; };
    set("--learning-rate", model.rate ?? "none");
    set("--batch-size", model.batch);
    set("--epochs", model.epochs);
    set("--l2", +(1 / model.training).toPrecision(2));
}

function fillLosses() {
    const select = $("loss"), value = select.value;
    const choices = model.classes ? [["", "softmax"], "hinge", "focal:2", "label-smoothing:0.1"] : [["", "squared"], "absolute", "huber"];
    select.replaceChildren(...choices.map(choice => Array.isArray(choice) ? new Option(choice[1], choice[0]) : new Option(choice)));
    select.value = [...select.options].some(option => option.value === value) ? value : "";
}

function fillAxes() {
    $("axes").hidden = model.columns.length < 3;
    for (const [id, column] of [["x", result.view.x], ["y", result.view.y]]) {
        $(id).replaceChildren(...model.columns.map((each, i) => new Option(each.name, i)));
        $(id).value = column;
    }
}

function fillClasses() {
    const names = model.classes ?? [];
    $("class-legend").replaceChildren(...names.map((name, i) => {
        const span = document.createElement("span");
        span.textContent = name;
        span.style.setProperty("--colour", `var(--class-${i % 10})`);
        return span;
    }));
    if (names.length > 0) $("click-class").replaceChildren(...[...names, ...(names.length < 6 && names.every((name, i) => name === String(i)) ? [String(names.length)] : [])].map(name => new Option(name)));
}

function fail(error) {
    isRunning = false;
    const box = $("failure");
    box.hidden = false;
    box.querySelector("p").textContent = error.message;
    box.querySelector(".remedies").replaceChildren(...(error.remedies ?? []).map(({ flag, value }) => {
        const button = document.createElement("button");
        button.textContent = `Try again with ${flag} ${value}`;
        button.onclick = async () => {
            form.querySelector(`[data-flag="${flag}"]`).value = value;
            await open();
            run();
        };
        return button;
    }));
    buttons();
}

function buttons() {
    $("run").textContent = isRunning ? "Pause" : "Run";
}

const refresh = () => { isDirty = true; };

async function run() {
    if (!model) return;
    shownEpoch = null;
    await engine.run(session);
    // not before: a frame of the time when it stood still may be under way
    isRunning = true;
    buttons();
    say("Training.");
}

async function pause() {
    isRunning = false;
    buttons();
    await engine.pause(session);
    refresh();
    lastDoctor = 0;
    say(summary());
}

const summary = () => !frame ? "" : `Epoch ${frame.epoch}: training loss ${show(history[frame.epoch]?.[0])}`
    + (history[frame.epoch]?.[2] !== undefined && history[frame.epoch][2] !== null ? `, test loss ${show(history[frame.epoch][2])}, ${model.classes ? "accuracy" : "R²"} ${show(history[frame.epoch][3])}.` : ".");

/** A frame, if the last one is drawn and there is something new. */
async function pull(now) {
    requestAnimationFrame(pull);
    if (isPending || !model || !(isRunning || isDirty) || (isCalm.matches && isRunning && !isDirty && now - lastFrame < 1000)) return;
    [isPending, isDirty, lastFrame] = [true, false, now];
    const opening = openings;
    try {
        const next = await engine.frame(session, {
            after: history.length - 1, epoch: shownEpoch, view: result.view, size: isRunning ? 32 : 80, withUnits: true,
        });
        if (opening === openings) drawn(next);
    } catch (error) {
        if (opening === openings) fail(error);
    } finally {
        isPending = false;
    }
}

function drawn(next) {
    frame = next;
    history.push(...next.history);
    targets = network.draw($("network"), model, frame, result.view, theme, chosen);
    result.draw(frame, theme);
    losses($("losses"), history, frame.at, theme);
    const at = history[frame.at] ?? [];
    $("epoch").textContent = frame.at;
    $("training-loss").textContent = show(at[0]);
    $("test-loss").textContent = show(at[2]);
    $("quality").textContent = model.classes && typeof at[3] === "number" ? `${(100 * at[3]).toFixed(1)} %` : show(at[3]);
    $("time").max = frame.epoch;
    if (shownEpoch === null) $("time").value = frame.epoch;
    $("time-text").value = `epoch ${frame.at}`;
    if (frame.failure && shownEpoch === null) {
        fail(frame.failure);
        say(frame.failure.message);
    }
    if (isRunning && !frame.running) {
        isRunning = false;
        buttons();
        refresh();
        lastDoctor = 0;
        if (!frame.failure) say(`Done. ${summary()}`);
    }
    if (performance.now() - lastDoctor > (isRunning ? 3000 : 300)) examine();
    page.frames++;
}

/** The doctor's findings, and the texts of the training. */
async function examine() {
    lastDoctor = isRunning ? performance.now() : Infinity;
    const opening = openings, at = frame.at;
    // before the first step, weights of 0 are no problem
    if (at === 0) return describe();
    try {
        const { findings, training, heldOut } = await engine.examine(session, at);
        if (opening !== openings) return;
        $("findings").replaceChildren(...(findings.length === 0 ? [item(`Epoch ${at}: healthy. Training: ${training}${heldOut ? `; held out: ${heldOut}` : ""}.`)]
            : findings.map(finding => item(`${finding.layer ? `Layer ${finding.layer}: ` : ""}${finding.found}`, `${finding.says} ${finding.advice}`, finding.remedies))));
    } catch (error) {
        if (opening === openings) $("findings").replaceChildren(item(error.message));
    }
    describe();
}

function item(found, advice, remedies = []) {
    const li = document.createElement("li"), small = document.createElement("small");
    li.append(found);
    small.textContent = advice ?? "";
    li.append(small);
    for (const { flag, value } of remedies) {
        const button = document.createElement("button");
        button.textContent = `${flag} ${value}`;
        button.onclick = () => {
            const input = form.querySelector(`[data-flag="${flag}"]`);
            if (input) input.value = value;
            else if (flag === "--activation") for (const select of document.querySelectorAll(".layer select")) select.value = value;
            open();
        };
        li.append(button, " ");
    }
    return li;
}

async function describe() {
    if (isRunning || !frame) return;
    const texts = await engine.texts(session, frame.at);
    const note = frame.edited ? "\n# weights were changed by hand since" : "";
    const data = isFormula() ? `# points.csv: ${$("count").value} points of ${$("formula").value}; «Save as CSV» writes it\n` : "";
    $("text").textContent = text === "command" ? data + texts.command + note : texts[text];
    const summaryOf = `Network ${model.sizes.join(" to ")}, epoch ${frame.at}, `;
    $("network").setAttribute("aria-label", `${summaryOf}arrow keys choose a weight, Enter changes it.`);
    $("result").setAttribute("aria-label", `${summaryOf}outputs over ${model.columns[result.view.x].name}${result.view.y >= 0 ? ` and ${model.columns[result.view.y].name}` : ""}. ${summary()}`);
    if ($("weights-table").open) tabulate();
}

// ---- weights by hand

function edit(target, x, y) {
    const editor = $("editor"), input = editor.querySelector("input");
    chosen = target;
    editor.querySelector("span").textContent = `${target.parameter}, ${target.kind === "bias" ? `unit ${target.unit + 1}` : `input ${target.input + 1} to unit ${target.unit + 1}`}`;
    editor.hidden = false;
    editor.style.left = `${Math.min(x, innerWidth - 190)}px`;
    editor.style.top = `${Math.min(y, innerHeight - 90)}px`;
    input.value = +target.value.toPrecision(7);
    input.focus();
    input.select();
    const close = () => {
        editor.hidden = true;
        chosen = null;
        refresh();
        $("network").focus();
    };
    editor.onsubmit = async event => {
        event.preventDefault();
        close();
        await setWeight(target.parameter, target.index, +input.value);
    };
    input.onkeydown = event => { if (event.key === "Escape") close(); };
    input.onblur = () => { editor.hidden = true; };
}

async function setWeight(parameter, index, value) {
    try {
        await engine.edit(session, frame.at, parameter, index, value);
        history = [];
        shownEpoch = null;
        lastDoctor = 0;
        refresh();
    } catch (error) {
        fail(error);
    }
}

/** The weights as inputs: for the keyboard, and for who cannot see the picture. */
function tabulate() {
    const box = $("weights-table").querySelector("div"), parameters = network.named(model, frame.weights);
    box.replaceChildren(...Object.entries(parameters).map(([name, { shape, values }]) => {
        const table = document.createElement("table"), columns = shape.length > 1 ? shape[1] : shape[0], rows = shape.length > 1 ? shape[0] : 1;
        table.createCaption().textContent = `${name}, ${shape.join(" × ")}`;
        for (let row = 0; row < Math.min(rows, 50); row++) {
            const line = table.insertRow();
            line.innerHTML = `<th scope="row">${shape.length > 1 ? `unit ${row + 1}` : "all units"}</th>`;
            for (let column = 0; column < Math.min(columns, 50); column++) {
                const input = document.createElement("input"), index = row * columns + column;
                input.type = "number";
                input.step = "any";
                input.value = +values[index].toPrecision(5);
                input.setAttribute("aria-label", `${name}, ${shape.length > 1 ? `unit ${row + 1}, input ${column + 1}` : `unit ${column + 1}`}`);
                input.onchange = () => setWeight(name, index, +input.value);
                line.insertCell().append(input);
            }
        }
        return table;
    }));
}

const place = (canvas, event) => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
};

$("network").onpointermove = event => {
    const found = network.find(targets, ...place($("network"), event)), tip = $("tip");
    $("network").style.cursor = found && found.kind !== "unit" ? "pointer" : "default";
    tip.hidden = !found;
    if (!found) return;
    tip.textContent = found.kind === "unit"
        ? found.layer === 0 ? `input ${model.columns[found.unit]?.name ?? found.unit + 1}` : `layer ${found.layer}, unit ${found.unit + 1}${found.isDead ? ": dead, 0 for every example" : found.saturated > 0 ? `: saturated on ${(100 * found.saturated).toFixed(0)} % of the examples` : ""}`
        : `${found.kind} ${found.value.toPrecision(5)}`;
    tip.style.left = `${Math.min(event.clientX + 14, innerWidth - 200)}px`;
    tip.style.top = `${event.clientY + 14}px`;
};
$("network").onpointerleave = () => { $("tip").hidden = true; };
$("network").onclick = event => {
    const found = network.find(targets, ...place($("network"), event));
    if (found && found.kind !== "unit") edit(found, event.clientX, event.clientY);
};
$("network").onkeydown = event => {
    const weights = targets.filter(target => target.kind !== "unit");
    const at = chosen ? weights.findIndex(target => target.parameter === chosen.parameter && target.index === chosen.index) : -1;
    const move = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (move && weights.length > 0) {
        event.preventDefault();
        chosen = weights[(at + move + weights.length) % weights.length];
        say(`${chosen.kind} ${chosen.parameter}, unit ${chosen.unit + 1}: ${chosen.value.toPrecision(4)}`);
        refresh();
    } else if (event.key === "Enter" && chosen) {
        const box = $("network").getBoundingClientRect();
        edit(chosen, box.left + box.width / 2, box.top + box.height / 2);
        event.preventDefault();
    }
};
$("weights-table").ontoggle = () => { if ($("weights-table").open && frame) tabulate(); };

// ---- points

$("result").onclick = async event => {
    if (!frame) return;
    const point = result.at(...place($("result"), event)), action = $("click").value;
    if (action === "add") return addPoint(point);
    const row = result.nearest(point);
    if (action === "row" || model.columns.length > 2) {
        result.view.row = row;
        $("point").textContent = `Example ${row + 1}: ${model.columns.map((column, i) => `${column.name} ${show(model.points[row].values[i])}`).join(", ")}.`;
        refresh();
    }
    if (action === "certify") certify(model.columns.length > 2 ? model.points[row].values : point);
};
$("result").onkeydown = event => {
    if (event.key !== "Enter" || !frame) return;
    certify(model.points[result.view.row].values);
};

async function certify(values) {
    $("point").textContent = "Proving …";
    const spread = Math.min(...model.columns.map(column => column.high - column.low || 1));
    try {
        const found = await engine.certify(session, frame.at, values, model.classes ? spread / 4 : spread / 20);
        result.certified = { values, ...found, radius: model.classes ? found.proved ?? 0 : spread / 20 };
        $("point").textContent = model.classes
            ? found.proved !== null
                ? `Class ${found.class}: proved to stay the same while every column moves by up to ${show(found.proved)}${found.attacked !== null ? `; at ${show(found.attacked)} a point of another class was found` : ""}.`
                : `Class ${found.class}: no radius was proved.`
            : `Answer ${show(found.answer)}: while every column moves by up to ${show(spread / 20)}, proved to stay in [${show(found.lower)}, ${show(found.upper)}].`;
    } catch (error) {
        $("point").textContent = error.message;
    }
    refresh();
}

/** The examples as a table of text. */
function csv() {
    const target = model.classes ? value => model.classes[value] : value => value;
    const cell = (value, column) => column.categories ? column.categories[value] ?? "" : Number.isNaN(value) ? "" : value;
    return [[...model.columns.map(column => column.name), model.target].join(","),
        ...model.points.map(point => [...point.values.map((value, i) => cell(value, model.columns[i])), target(point.target)].join(","))].join("\n") + "\n";
}

async function addPoint(values) {
    if (values.length !== model.columns.length) return say("Points can be added where there are one or two columns.");
    const isOwn = $("data").value === "own";
    const line = model.classes ? [...values.slice(0, model.columns.length).map(value => +value.toPrecision(5)), $("click-class").value] : [+values[0].toPrecision(5), +result.height(values).toPrecision(5)];
    setOwn(isOwn ? own.file : "points.csv", (isOwn ? own.csv : csv()) + line.join(",") + "\n");
    form.querySelector('[data-flag="--target"]').value = model.target;
    form.querySelector('[data-flag="--task"]').value = model.classes ? "classification" : "regression";
    await open();
}

$("clear").onclick = async () => {
    // two points of each class, so that there is something to learn from
    setOwn("points.csv", "x,y,class\n-0.5,0,0\n-0.4,0.1,0\n0.5,0,1\n0.4,-0.1,1\n");
    form.querySelector('[data-flag="--target"]').value = "class";
    form.querySelector('[data-flag="--task"]').value = "classification";
    form.querySelector('[data-flag="--test"]').value = "0";
    $("click").value = "add";
    await open();
};

const download = (name, content, type) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([content], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
};

async function read(file) {
    setOwn(/^[\w\-.]+$/.test(file.name) ? file.name : "points.csv", await file.text());
    for (const flag of ["--target", "--task"]) form.querySelector(`[data-flag="${flag}"]`).value = "";
    await open();
}

ondragover = event => {
    event.preventDefault();
    $("drop").hidden = false;
};
ondragleave = event => { if (!event.relatedTarget) $("drop").hidden = true; };
ondrop = event => {
    event.preventDefault();
    $("drop").hidden = true;
    if (event.dataTransfer.files.length > 0) read(event.dataTransfer.files[0]);
};
$("file").onchange = () => { if ($("file").files.length > 0) read($("file").files[0]); };

// ---- buttons

$("run").onclick = () => isRunning ? pause() : frame?.failure || frame?.epoch >= model?.epochs ? open().then(run) : run();
$("step").onclick = async () => {
    await pause();
    shownEpoch = null;
    await engine.step(session, 1);
    refresh();
};
$("reset").onclick = () => open();
$("time").oninput = () => {
    if (isRunning) pause();
    shownEpoch = +$("time").value;
    lastDoctor = 0;
    refresh();
};
$("gradients").onclick = async () => {
    $("checked").textContent = "Comparing with central differences …";
    try {
        const found = await engine.gradients(session, frame.at);
        $("checked").textContent = `${found.passed ? "Passed" : "Failed"}: ${found.checked} of ${found.parameters} derivatives agree with central differences within ${show(found.error)} (relative)${found.kinks > 0 ? `; ${found.kinks} at a kink` : ""}.`;
    } catch (error) {
        $("checked").textContent = error.message;
    }
};
$("seeds").onclick = () => {
    if (isRunning) pause();
    race.run(words(), isFormula() || $("data").value === "own" ? { file: dataWord(), csv: isFormula() ? csv() : own.csv } : null, model, result.view, theme, +(form.querySelector('[data-flag="--seed"]').value || 1));
};
$("prove").onclick = async () => {
    $("proved-text").textContent = "Constructing …";
    try {
        const proof = await engine.approximate($("proof-formula").value, $("method").value, +$("epsilon").value, +$("proof-from").value, +$("proof-to").value);
        $("proved").hidden = false;
        drawProof($("proved"), proof, theme);
        $("proved-text").textContent = `${proof.neurons} neurons, ${proof.parameters} parameters. Proved: everywhere within ${show(proof.bound)} of the formula, float32 rounding (${show(proof.rounding)}) included${proof.holds ? "" : ", which is more than ε"}.`;
    } catch (error) {
        $("proved-text").textContent = error.message;
    }
};
$("save-onnx").onclick = async () => download("model.onnx", await engine.onnx(session, frame.at), "application/octet-stream");
$("save-csv").onclick = () => { if (model) download(dataWord().endsWith(".csv") ? dataWord() : `${dataWord()}.csv`, csv(), "text/csv"); };
$("copy-link").onclick = async () => {
    try {
        await navigator.clipboard.writeText(location.href);
        say(extras().csv === undefined && $("data").value === "own" ? "Copied: whoever opens the link drops the table there, which is too long for a link." : "The link is copied: it is the command line.");
    } catch {
        say(location.href);
    }
};
for (const button of document.querySelectorAll("[data-text]"))
    button.onclick = () => {
        text = button.dataset.text;
        for (const other of document.querySelectorAll("[data-text]")) other.setAttribute("aria-pressed", String(other === button));
        describe();
    };
$("add-layer").onclick = () => {
    const last = $("layers").lastElementChild;
    addLayer(last ? { units: last.querySelector("input").value, activation: last.querySelector("select").value } : {});
    open();
};
for (const id of ["x", "y"])
    $(id).onchange = () => {
        result.setAxes(+$("x").value, +$("y").value);
        refresh();
    };
for (const name of named) $("data").add(new Option(name));
$("data").add(new Option("a formula", "formula"));
for (const [i, preset] of presets.entries()) $("preset").add(new Option(preset.name, i));
$("preset").onchange = async () => {
    const preset = presets[$("preset").value];
    if (!preset) return;
    await restore({ words: state.split(preset.words), extras: preset.extras });
    if (preset.extras?.formula && !preset.extras.formula.includes("y")) $("proof-formula").value = preset.extras.formula;
    say(preset.says);
};
form.onsubmit = event => event.preventDefault();
form.onchange = event => {
    if (event.target.id === "click" || event.target.id === "click-class" || event.target.id === "file") return;
    if (event.target.id === "data") {
        const set = (flag, value) => { form.querySelector(`[data-flag="${flag}"]`).value = value; };
        set("--target", isFormula() ? "value" : "");
        set("--task", isFormula() ? "regression" : "");
        set("--loss", "");
    }
    open();
};
onkeydown = event => {
    if (event.altKey && event.key === "Enter") {
        event.preventDefault();
        $("run").click();
    }
};
new ResizeObserver(refresh).observe(document.body);
matchMedia("(prefers-color-scheme: dark)").onchange = () => {
    theme = colours(document.documentElement);
    refresh();
};
onhashchange = () => {
    const there = state.ofHash(location.hash);
    if (there && state.toHash(there.words, there.extras) !== state.toHash(words(), extras())) restore(there).catch(fail);
};

/** For tests: what the page shows. */
const page = window.playground = { frames: 0, engine, get frame() { return frame; }, get history() { return history; }, get model() { return model; } };

engine.ready.then(async () => {
    const there = state.ofHash(location.hash);
    try {
        await restore(there ?? { words: state.split("train spiral --hidden 8,8 --activation tanh --learning-rate 0.03 --epochs 500 --validation 0") });
    } catch (error) {
        fail(error);
        await restore({ words: state.split(presets[0].words) });
    }
    page.ready = performance.now();
    requestAnimationFrame(pull);
}, fail);
