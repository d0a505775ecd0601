// Points and tables: a click on the picture, a file that is dropped.
import * as state from "./state.js";
import { $, page, place, refresh, say, show } from "./page.js";
import { own, set, setOwn } from "./form.js";
import { open } from "./training.js";

$("result").onclick = async event => {
    if (!page.frame) return;
    const point = page.result.at(...place($("result"), event)), action = $("click").value;
    if (action === "add") return addPoint(point);
    const row = page.result.nearest(point);
    if (action === "row" || page.model.columns.length > 2) slice(row);
    if (action === "certify") certify(page.model.columns.length > 2 ? page.model.points[row].values : point);
};
$("result").onkeydown = event => {
    if (!page.frame) return;
    const { view } = page.result, move = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter") certify(page.model.points[view.row].values);
    else if (move) {
        event.preventDefault();
        slice((view.row + move + page.model.count) % page.model.count);
    }
};

const text = (value, { categories }) => Number.isNaN(value) ? "missing" : categories ? categories[value] : show(value);

/** The slice through an example. */
function slice(row) {
    page.result.view.row = row;
    $("point").textContent = `Example ${row + 1}: ${page.model.columns.map((column, i) => `${column.name} ${text(page.model.points[row].values[i], column)}`).join(", ")}.`;
    refresh();
}

async function certify(values) {
    $("point").textContent = "Proving …";
    const numbers = page.model.columns.filter(column => !column.categories), moving = numbers.length < page.model.columns.length ? "column of numbers" : "column";
    const spread = Math.min(...numbers.map(column => column.high - column.low || 1));
    if (numbers.length === 0) return void ($("point").textContent = "Only columns of numbers move, and there are none.");
    try {
        const found = await page.engine.certify(0, page.frame.at, values, page.model.classes ? spread / 4 : spread / 20);
        page.result.certified = { values, ...found, radius: page.model.classes ? found.proved ?? 0 : spread / 20 };
        $("point").textContent = page.model.classes
            ? found.proved !== null
                ? `Class ${found.class}: proved to stay the same while every ${moving} moves by up to ${show(found.proved)}${found.attacked !== null ? `; at ${show(found.attacked)} a point of another class was found` : ""}.`
                : `Class ${found.class}: no radius was proved.`
            : `Answer ${show(found.answer)}: while every ${moving} moves by up to ${show(spread / 20)}, proved to stay in [${show(found.lower)}, ${show(found.upper)}].`;
    } catch (error) {
        $("point").textContent = error.message;
    }
    refresh();
}

const quoted = text => /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

/** A value of a column as a table has it: of categories the name of the nearest one. */
const cell = (value, { categories }) => Number.isNaN(value) ? "" : categories ? quoted(categories[Math.max(0, Math.min(categories.length - 1, Math.round(value)))]) : value;

/** The examples as a table of text. */
export function csv() {
    const target = page.model.classes ? value => quoted(page.model.classes[value]) : value => value;
    return [[...page.model.columns.map(column => column.name), page.model.target].map(quoted).join(","),
        ...page.model.points.map(point => [...point.values.map((value, i) => cell(value, page.model.columns[i])), target(point.target)].join(","))].join("\n") + "\n";
}

async function addPoint(values) {
    if (values.length !== page.model.columns.length) return say("Points can be added where there are one or two columns.");
    const isOwn = $("data").value === "own";
    const target = page.model.classes ? quoted($("click-class").value) : +page.result.height(values).toPrecision(5);
    // the examples are written anew: a table of one's own may have other separators, and columns in another order
    setOwn(isOwn ? own.file : "points.csv", `${csv()}${[...values.map((value, i) => cell(+value.toPrecision(5), page.model.columns[i])), target].join(",")}\n`);
    set("--target", page.model.target);
    set("--task", page.model.classes ? "classification" : "regression");
    await open();
}

$("clear").onclick = async () => {
    // two points of each class, so that there is something to learn from
    setOwn("points.csv", "x,y,class\n-0.5,0,0\n-0.4,0.1,0\n0.5,0,1\n0.4,-0.1,1\n");
    set("--target", "class");
    set("--task", "classification");
    set("--test", "0");
    $("click").value = "add";
    await open();
};

/** A file's text: what is not UTF-8 is Latin-1, as it is for hybrid train. */
async function textOf(file) {
    const bytes = await file.arrayBuffer();
    try {
        return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch {
        const [first, second] = new Uint8Array(bytes);
        const name = first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : "latin1";
        return new TextDecoder(name).decode(bytes);
    }
}

async function read(file) {
    // the name of built-in data, or of the standard input, is not that of a file
    setOwn(/[.]\w+$/.test(file.name) ? file.name : "points.csv", await textOf(file));
    state.clearOthers();
    $("preset").value = "";
    for (const flag of ["--target", "--task", "--loss"]) set(flag, "");
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
