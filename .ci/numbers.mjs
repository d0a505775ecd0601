// Compares the benchmarks' table of what the defaults give, and what it says of L-BFGS, with what the command prints now. The
// bits are the same for every number of threads and every engine, so the printed digits must be equal.
import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const page = readFileSync("benchmarks/README.md", "utf8");
const folder = mkdtempSync(join(tmpdir(), "hybrid-numbers-"));

let trained = 0;

async function train(data, ...options) {
    const output = join(folder, `model${trained++}.onnx`);
    const { stdout } = await promisify(execFile)(
        process.env.HYBRID, ["train", data, ...options, "--json", "--output", output], { maxBuffer: 1 << 26 });
    return JSON.parse(stdout.trimEnd().split("\n").at(-1));
}

// accuracy or R² on the test part, for each of 20 seeds
async function spread(data) {
    const { seeds } = await train(data, "--seeds", "20");
    const values = seeds.map(({ test }) => test.accuracy ?? test.r2).sort((a, b) => a - b);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return { mean, median: (values[9] + values[10]) / 2, lowest: values[0] };
}

const digits = value => value.toFixed(3);
const mean = async data => [digits((await spread(data)).mean)];

async function ofDigits() {
    const { mean, median, lowest } = await spread("digits");
    return [digits(mean), `median ${digits(median)}`, `lowest ${digits(lowest)}`];
}

async function ofImages() {
    // the default, convolutions, takes minutes
    const { test, epochs } = await train("/usr/share/datasets/fashion-mnist", "--hidden", "256,128");
    return [digits(test.accuracy), `${epochs} epochs`];
}

async function lbfgs() {
    const { test } = await train("digits", "--optimizer", "lbfgs");
    return [`${(100 * test.accuracy).toFixed(1)} % of the digits' test part`];
}

const row = name => page.match(new RegExp(`^\\| ${name} \\| [0-9,]+ \\| ([^|]*) \\|`, "m"))?.[1] ?? "";
const table = name => join(folder, `${name}.csv`);

let failed = false;

function hold(name, text, facts) {
    const missing = facts.filter(fact => !text.includes(fact));
    console.log(`${name}: ${facts.join(", ")}${missing.length === 0 ? "" : `; the page says otherwise: ${text}`}`);
    failed ||= missing.length > 0;
}

try {
    // Debian's Python, for which the packages are installed: another one may stand before it
    execFileSync("/usr/bin/python3", ["benchmarks/peers/sklearn_tuned.py", folder]);

    const rows = [
        ["digits", row("digits"), ofDigits],
        ["iris", row("iris"), () => mean("iris")],
        ["wine", row("wine"), () => mean(table("wine"))],
        ["breast cancer", row("breast cancer"), () => mean(table("breast_cancer"))],
        ["diabetes", row("diabetes"), () => mean(table("diabetes"))],
        ["Fashion-MNIST", row("Fashion-MNIST, `--hidden 256,128`"), ofImages],
        ["L-BFGS", page, lbfgs],
    ];

    // small networks keep one core busy: two at a time
    const lane = async () => {
        for (let next = rows.shift(); next; next = rows.shift()) {
            const [name, text, find] = next;
            hold(name, text, await find());
        }
    };
    await Promise.all([lane(), lane()]);
} finally {
    rmSync(folder, { recursive: true });
}

process.exit(failed ? 1 : 0);
