// The page: its buttons, and where it begins.
import * as state from "./state.js";
import { presets } from "./presets.js";
import { colours } from "./plots.js";
import { drawProof } from "./proof.js";
import { $, form, page, refresh, say, show } from "./page.js";
import { addLayer, dataWord, extras, isFormula, named, own, set, words } from "./form.js";
import { fail, open, pause, pull, restore, run } from "./training.js";
import { speak } from "./doctor.js";
import { csv } from "./points.js";
import "./weights.js";

const download = (name, content, type) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([content], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
};

$("run").onclick = () => page.isRunning ? pause() : page.frame?.failure || page.frame?.epoch >= page.model?.epochs ? open().then(run) : run();
$("step").onclick = async () => {
    await pause();
    page.shownEpoch = null;
    await page.engine.step(0, 1);
    page.isStep = true;
    refresh();
};
$("reset").onclick = () => open();
$("time").oninput = () => {
    if (page.isRunning) pause();
    page.shownEpoch = +$("time").value;
    page.lastDoctor = 0;
    refresh();
};
$("gradients").onclick = async () => {
    $("checked").textContent = "Comparing with central differences …";
    try {
        const found = await page.engine.gradients(0, page.frame.at);
        $("checked").textContent = `${found.passed ? "Passed" : "Failed"}: ${found.checked} derivatives of ${found.parameters} were compared with central differences; the largest relative error is ${show(found.error)}${found.kinks > 0 ? `, with ${found.kinks} more at a kink` : ""}.`;
    } catch (error) {
        $("checked").textContent = error.message;
    }
};
$("seeds").onclick = () => {
    if (page.isRunning) pause();
    page.race.run(words(), isFormula() || $("data").value === "own" ? { file: dataWord(), csv: isFormula() ? csv() : own.csv } : null, page.model, page.result.view, page.theme, +(form.querySelector('[data-flag="--seed"]').value || 1));
};
$("prove").onclick = async () => {
    $("proved-text").textContent = "Constructing …";
    try {
        const proof = await page.engine.approximate($("proof-formula").value, $("method").value, +$("epsilon").value, +$("proof-from").value, +$("proof-to").value);
        $("proved").hidden = false;
        drawProof($("proved"), proof, page.theme);
        $("proved-text").textContent = `${proof.neurons} neurons, ${proof.parameters} parameters. Proved: everywhere within ${show(proof.bound)} of the formula, float32 rounding (${show(proof.rounding)}) included${proof.holds ? "" : ", which is more than ε"}.`;
    } catch (error) {
        $("proved-text").textContent = error.message;
    }
};
$("save-onnx").onclick = async () => download("model.onnx", await page.engine.onnx(0, page.frame.at), "application/octet-stream");
$("save-csv").onclick = () => { if (page.model) download(dataWord().endsWith(".csv") ? dataWord() : `${dataWord()}.csv`, csv(), "text/csv"); };
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
        for (const other of document.querySelectorAll("[data-text]")) other.setAttribute("aria-pressed", String(other === button));
        speak(button.dataset.text);
    };
$("add-layer").onclick = () => {
    const last = $("layers").lastElementChild;
    addLayer(last ? { units: last.querySelector("input").value, activation: last.querySelector("select").value } : {});
    open();
};
for (const id of ["x", "y"])
    $(id).onchange = () => {
        // a column that is chosen for both changes places
        const { x, y } = page.result.view;
        if ($("x").value === $("y").value) $(id === "x" ? "y" : "x").value = id === "x" ? x : y;
        page.result.setAxes(+$("x").value, +$("y").value);
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
    if (["click", "click-class", "file"].includes(event.target.id)) return;
    if (event.target.id === "data") {
        state.clearOthers();
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
    page.theme = colours(document.documentElement);
    refresh();
};
/** Sets the page to what the address says; without a word of it, to the spiral. */
async function follow(otherwise) {
    try {
        const there = state.ofHash(location.hash);
        if (!there) await restore(otherwise);
        else if (!page.model || state.toHash(there.words, there.extras) !== state.toHash(words(), extras())) await restore(there);
    } catch (error) {
        if (!page.model) await restore(otherwise);
        fail(error);
    }
}

onhashchange = () => { if (location.hash.length > 1) follow(); };

page.engine.ready.then(async () => {
    say("");
    await follow({ words: state.split("train spiral --hidden 8,8 --activation tanh --learning-rate 0.03 --epochs 500 --validation 0") });
    page.ready = performance.now();
    requestAnimationFrame(pull);
}, fail);
