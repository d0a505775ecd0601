// Weights by hand: in the picture, by pointer or keyboard, or as a table.
import * as network from "./network.js";
import { $, page, place, refresh, say } from "./page.js";
import { fail } from "./training.js";

function edit(target, x, y) {
    const editor = $("editor"), input = editor.querySelector("input");
    page.chosen = target;
    editor.querySelector("span").textContent = `${target.parameter}, ${target.kind === "bias" ? `unit ${target.unit + 1}` : `input ${target.input + 1} to unit ${target.unit + 1}`}`;
    editor.hidden = false;
    editor.style.left = `${Math.min(x, innerWidth - 190)}px`;
    editor.style.top = `${Math.min(y, innerHeight - 90)}px`;
    input.value = +target.value.toPrecision(7);
    input.focus();
    input.select();
    const close = () => {
        editor.hidden = true;
        page.chosen = null;
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
        await page.engine.edit(0, page.frame.at, parameter, index, value);
        page.history = [];
        page.shownEpoch = null;
        page.lastDoctor = 0;
        refresh();
    } catch (error) {
        fail(error);
    }
}

/** The weights as inputs: for the keyboard, and for who cannot see the picture. */
export function tabulate() {
    const box = $("weights-table").querySelector("div"), parameters = network.named(page.model, page.frame.weights);
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

$("network").onpointermove = event => {
    const found = network.find(page.targets, ...place($("network"), event)), tip = $("tip");
    $("network").style.cursor = found && found.kind !== "unit" ? "pointer" : "default";
    tip.hidden = !found;
    if (!found) return;
    tip.textContent = found.kind === "unit"
        ? found.layer === 0 ? `input ${network.inputOf(page.model, found.unit).name}` : `layer ${found.layer}, unit ${found.unit + 1}${found.isDead ? ": dead, 0 for every example" : found.saturated > 0 ? `: saturated on ${(100 * found.saturated).toFixed(0)} % of the examples` : ""}`
        : `${found.kind} ${found.value.toPrecision(5)}`;
    tip.style.left = `${Math.min(event.clientX + 14, innerWidth - 200)}px`;
    tip.style.top = `${event.clientY + 14}px`;
};
$("network").onpointerleave = () => { $("tip").hidden = true; };
$("network").onclick = event => {
    const found = network.find(page.targets, ...place($("network"), event));
    if (found && found.kind !== "unit") edit(found, event.clientX, event.clientY);
};
$("network").onkeydown = event => {
    const weights = page.targets.filter(target => target.kind !== "unit");
    const at = page.chosen ? weights.findIndex(target => target.parameter === page.chosen.parameter && target.index === page.chosen.index) : -1;
    const move = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (move && weights.length > 0) {
        event.preventDefault();
        page.chosen = weights[(at + move + weights.length) % weights.length];
        say(`${page.chosen.kind} ${page.chosen.parameter}, unit ${page.chosen.unit + 1}: ${page.chosen.value.toPrecision(4)}`);
        refresh();
    } else if (event.key === "Enter" && page.chosen) {
        const box = $("network").getBoundingClientRect();
        edit(page.chosen, box.left + box.width / 2, box.top + box.height / 2);
        event.preventDefault();
    }
};
$("weights-table").ontoggle = () => { if ($("weights-table").open && page.frame) tabulate(); };
