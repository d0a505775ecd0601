// The engine in a thread of its own: answers calls, and takes epochs between them while it runs.
import { dotnet } from "../_framework/dotnet.js";

const { getAssemblyExports, getConfig, runMain } = await dotnet.create();
await runMain();
const engine = (await getAssemblyExports(getConfig().mainAssemblyName)).Hybrid.Playground.Browser.Program;

const slice = 40; // milliseconds of training between two calls
const running = new Set(); // the sessions that train
const yielder = new MessageChannel();
let isWaiting = false;
yielder.port1.onmessage = train;

function resume() {
    if (!isWaiting) yielder.port2.postMessage(0);
    isWaiting = true;
}

function floats(bytes) {
    return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}

function json(text) {
    const answer = JSON.parse(text);
    if (answer.problem) throw answer.problem;
    return answer;
}

function train() {
    isWaiting = false;
    for (const number of [...running]) {
        const { done } = JSON.parse(engine.Advance(number, Math.ceil(slice / running.size), 1 << 30, 1 << 30));
        if (done) running.delete(number);
    }
    if (running.size > 0) resume();
}

const calls = {
    write: (file, text) => engine.Write(file, text),
    open(number, words) {
        running.delete(number);
        const description = json(engine.Open(number, words));
        return { ...description, examples: engine.Examples(number) };
    },
    close(number) {
        running.delete(number);
        engine.Close(number);
    },
    run(number) {
        running.add(number);
        if (running.size === 1) resume();
    },
    pause: number => void running.delete(number),
    step: (number, count) => json(engine.Advance(number, 1 << 30, count, 1 << 30)),
    // what a page draws: progress, and the picture, weights and units of an epoch, or of the last one
    frame(number, { after, epoch, view, size, withUnits }) {
        const progress = json(engine.Advance(number, 0, 0, after));
        const at = epoch ?? progress.epoch;
        return {
            ...progress,
            at,
            size,
            picture: floats(engine.Picture(number, at, size, view.x, view.y, view.range, view.row)),
            weights: floats(engine.Parameters(number, at)),
            units: withUnits ? json(engine.Units(number, at)).layers : null,
            running: running.has(number),
        };
    },
    examine: (number, epoch) => json(engine.Examine(number, epoch)),
    gradients: (number, epoch) => json(engine.Gradients(number, epoch)),
    certify: (number, epoch, values, radius) => json(engine.Certify(number, epoch, values, radius)),
    approximate: (formula, method, epsilon, from, to) => json(engine.Approximate(formula, method, epsilon, from, to)),
    points: (formula, from, to, count, noise, seed) => json(engine.Points(formula, from, to, Math.max(0, Math.min(Math.round(count), 2 ** 31 - 1)), noise, seed)).csv,
    edit: (number, epoch, parameter, index, value) => json(engine.Edit(number, epoch, parameter, index, value)),
    onnx: (number, epoch) => engine.Onnx(number, epoch),
    texts: (number, epoch) => json(engine.Texts(number, epoch)),
};

onmessage = ({ data: { id, call, given } }) => {
    try {
        postMessage({ id, value: calls[call](...given) });
    } catch (problem) {
        postMessage({ id, problem: problem.message ? { message: problem.message, remedies: problem.remedies } : { message: String(problem) } });
    }
};
postMessage({ id: 0 });
