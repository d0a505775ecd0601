// Compares the benchmarks' table of what the defaults give, and what it says of L-BFGS, with what the command prints now. The
// bits are the same for every number of threads and every engine, so the printed digits must be equal.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const page = readFileSync("benchmarks/README.md", "utf8");
const folder = mkdtempSync(join(tmpdir(), "hybrid-numbers-"));

function train(data, ...options) {
    const output = join(folder, "model.onnx");
    const words = ["run", "-c", "Release", "--no-build", "--project", "src/Hybrid.Cli", "--"];
    const lines = execFileSync("dotnet", [...words, "train", data, ...options, "--json", "--output", output], {
        encoding: "utf8",
        maxBuffer: 1 << 26,
    });
    return JSON.parse(lines.trimEnd().split("\n").at(-1));
}

// accuracy or R² on the test part, for each of 20 seeds
function spread(data) {
    const values = train(data, "--seeds", "20").seeds.map(({ test }) => test.accuracy ?? test.r2).sort((a, b) => a - b);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return { mean, median: (values[9] + values[10]) / 2, lowest: values[0] };
}

const digits = value => value.toFixed(3);
const mean = data => [digits(spread(data).mean)];

function ofDigits() {
    const { mean, median, lowest } = spread("digits");
    return [digits(mean), `median ${digits(median)}`, `lowest ${digits(lowest)}`];
}

function ofImages() {
    const { test, epochs } = train("/usr/share/datasets/fashion-mnist");
    return [digits(test.accuracy), `${epochs} epochs`];
}

function lbfgs() {
    return [`${(100 * train("digits", "--optimizer", "lbfgs").test.accuracy).toFixed(1)} % of the digits' test part`];
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
    hold("digits", row("digits"), ofDigits());
    hold("iris", row("iris"), mean("iris"));
    hold("wine", row("wine"), mean(table("wine")));
    hold("breast cancer", row("breast cancer"), mean(table("breast_cancer")));
    hold("diabetes", row("diabetes"), mean(table("diabetes")));
    hold("Fashion-MNIST", row("Fashion-MNIST"), ofImages());
    hold("L-BFGS", page, lbfgs());
} finally {
    rmSync(folder, { recursive: true });
}

process.exit(failed ? 1 : 0);
