// What the parts of the page share: the training as it was last told by the engine, and how it is shown.
import { start } from "./engine.js";
import { colours } from "./plots.js";
import { Result } from "./result.js";
import { Race } from "./race.js";

export const $ = id => document.getElementById(id);
export const form = $("form");

/** The state of the page; tests look at it as window.playground. */
export const page = window.playground = {
    engine: start(),
    result: new Result($("result")),
    race: new Race($("race"), start),
    theme: colours(document.documentElement),
    model: null, // what the engine says of data, plan and network
    frame: null, // the last picture, with weights and progress
    history: [], // the losses of each epoch
    targets: [], // what of the network can be pointed at
    chosen: null, // the weight that the keyboard has chosen
    shownEpoch: null, // an epoch of the past; null for the last one
    isRunning: false,
    isPending: false, // whether a frame is under way
    isStep: false, // whether the next picture is that of a step
    isDirty: false, // whether there is something new to draw
    openings: 0, // how many trainings were prepared: answers about an older one are dropped
    frames: 0,
    lastFrame: 0,
    lastDoctor: 0,
};

export const refresh = () => { page.isDirty = true; };

export const say = message => { $("says").textContent = message; };

/** The place of an event in a canvas. */
export function place(canvas, event) {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
}

/** A number, short. */
export const show = value => value === null || value === undefined ? "–"
    : Math.abs(value) >= 1000 || (value !== 0 && Math.abs(value) < 1e-3) ? value.toExponential(2) : value.toPrecision(3);
