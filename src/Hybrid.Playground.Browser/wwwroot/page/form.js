// The form: layers, data, and the options of the command line.
import * as state from "./state.js";
import { $, form, page } from "./page.js";
import { open } from "./training.js";

export const named = ["spiral", "circle", "moons", "xor", "blobs", "iris", "digits"];
const activations = ["tanh", "relu", "leaky-relu", "sigmoid", "elu", "selu", "gelu", "softplus", "identity"];

/** A table of the user's. */
export const own = { file: null, csv: null };

/** Sets an option. */
export const set = (flag, value) => { form.querySelector(`[data-flag="${flag}"]`).value = value; };

/** A row of the form for a hidden layer. */
export function addLayer({ units = "8", activation = "tanh" } = {}) {
    const row = document.createElement("li"), at = $("layers").children.length + 1;
    row.className = "layer";
    row.innerHTML = `<label>Units<input type="number" min="1" max="500"></label><label>Activation<select></select></label><button type="button" aria-label="Remove hidden layer ${at}">×</button>`;
    row.querySelector("input").value = units;
    const select = row.querySelector("select");
    for (const name of activations.includes(activation) ? activations : [...activations, activation]) select.add(new Option(name));
    select.value = activation;
    row.querySelector("button").onclick = () => { row.remove(); open(); };
    $("layers").append(row);
}

export function setLayers(layers) {
    $("layers").replaceChildren();
    layers.forEach(addLayer);
}

export const isFormula = () => $("data").value === "formula";
export const dataWord = () => isFormula() ? "points.csv" : $("data").value === "own" ? own.file : $("data").value;
export const words = () => ["train", dataWord(), ...state.options(form)];

/** What a link needs beyond the command: the formula, or the points themselves if there are few. */
export function extras() {
    if (isFormula()) return Object.fromEntries(["formula", "from", "to", "count", "noise"].map(id => [id, $(id).value]));
    return $("data").value === "own" && own.csv.length < 6000 ? { csv: own.csv } : {};
}

/** A table that hybrid playground serves beside the page, if there is one of this name. */
export async function served(name) {
    const answer = await fetch(`data/${encodeURIComponent(name)}`).catch(() => null);
    return answer?.ok ? answer.text() : null;
}

export function setOwn(file, csv) {
    Object.assign(own, { file, csv });
    const option = [...$("data").options].find(each => each.value === "own") ?? $("data").appendChild(new Option("", "own"));
    option.textContent = `${file} (yours)`;
    $("data").value = "own";
}

/** What an empty option means here. */
export function placeholders() {
    const usual = {
        "--learning-rate": page.model.rate ?? "none", "--batch-size": page.model.batch, "--epochs": page.model.epochs,
        "--l2": +(1 / page.model.training).toPrecision(2),
    };
    for (const [flag, value] of Object.entries(usual)) form.querySelector(`[data-flag="${flag}"]`).placeholder = value;
}

/** The losses for classes, or for a quantity. */
export function fillLosses() {
    const select = $("loss"), value = select.value;
    const choices = page.model.classes ? [["", "softmax"], "hinge", "focal:2", "label-smoothing:0.1"] : [["", "squared"], "absolute", "huber", "poisson", "quantile:0.1,0.5,0.9"];
    select.replaceChildren(...choices.map(choice => Array.isArray(choice) ? new Option(choice[1], choice[0]) : new Option(choice)));
    // one with numbers of its own, from a link
    if (![...select.options].some(option => option.value === value)) select.add(new Option(value));
    select.value = value;
}

export function fillAxes() {
    $("axes").hidden = page.model.columns.length < 3;
    for (const [id, column] of [["x", page.result.view.x], ["y", page.result.view.y]]) {
        $(id).replaceChildren(...page.model.columns.map((each, i) => new Option(each.name, i)));
        $(id).value = column;
    }
}

export function fillClasses() {
    const names = page.model.classes ?? [];
    $("class-legend").replaceChildren(...names.map((name, i) => {
        const span = document.createElement("span");
        span.textContent = name;
        span.style.setProperty("--colour", `var(--class-${i % 10})`);
        return span;
    }));
    if (names.length > 0) $("click-class").replaceChildren(...[...names, ...(names.length < 6 && names.every((name, i) => name === String(i)) ? [String(names.length)] : [])].map(name => new Option(name)));
}
