// The worker's calls as functions that return promises.
export function start() {
    const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
    const waiting = new Map();
    let last = 0;
    const ready = new Promise((resolve, reject) => {
        waiting.set(0, { resolve, reject });
        worker.onerror = event => reject(new Error(event.message ?? "The engine did not start."));
    });
    worker.onmessage = ({ data: { id, value, problem } }) => {
        const { resolve, reject } = waiting.get(id);
        waiting.delete(id);
        if (problem) reject(Object.assign(new Error(problem.message), { remedies: problem.remedies ?? [] }));
        else resolve(value);
    };
    const call = (name, given) => ready.then(() => new Promise((resolve, reject) => {
        waiting.set(++last, { resolve, reject });
        worker.postMessage({ id: last, call: name, given });
    }));
    return new Proxy({ ready, end: () => worker.terminate() }, {
        get: (known, name) => known[name] ?? ((...given) => call(name, given)),
    });
}
