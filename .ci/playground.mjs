// The engine of the published playground, in Node.js: its models are those of hybrid train, byte for byte.
// node .ci/playground.mjs WWWROOT HYBRID…
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [, , root, ...hybrid] = process.argv;
const table = "x,y,value\n" + Array.from({ length: 60 }, (_, i) => [i % 8, i % 7, (i % 8) * (i % 7) / 10]).map(row => row.join(",")).join("\n") + "\n";
const trainings = [
    "spiral --hidden 8,8 --activation tanh,relu --learning-rate 0.03 --epochs 20 --validation 0",
    "moons --hidden 6 --activation sigmoid --optimizer nesterov --batch-size 10 --dropout 0.2 --input-noise 0.1 --epochs 15 --validation 0.2 --seed 7",
    "circle --hidden 4 --maxout 3 --l1 0.001 --l2 0.01 --schedule cosine --epochs 15 --validation 0",
    "xor --hidden 5 --activation gelu --optimizer lbfgs --epochs 15 --validation 0",
    "points.csv --target value --task regression --hidden 7 --activation softplus --loss huber --epochs 15 --validation 0",
];

const { dotnet } = await import(pathToFileURL(resolve(root, "_framework/dotnet.js")));
const { getAssemblyExports, getConfig, runMain } = await dotnet.create();
await runMain();
const engine = (await getAssemblyExports(getConfig().mainAssemblyName)).Hybrid.Playground.Browser.Program;
const folder = mkdtempSync(join(tmpdir(), "playground-"));
writeFileSync(join(folder, "points.csv"), table);
engine.Write("points.csv", table);

let differ = 0;
for (const line of trainings) {
    const words = ["train", ...line.split(" ")];
    execFileSync(hybrid[0], [...hybrid.slice(1), ...words, "--output", "native.onnx"], { cwd: folder });
    const opened = JSON.parse(engine.Open(0, words));
    const { failure } = JSON.parse(engine.Advance(0, 1 << 30, 1 << 30, -1));
    if (opened.problem || failure) throw new Error(JSON.stringify(opened.problem ?? failure));
    const isSame = Buffer.compare(Buffer.from(engine.Best(0)), readFileSync(join(folder, "native.onnx"))) === 0;
    console.log(`${isSame ? "the same bytes" : "DIFFERENT"}: ${line}`);
    differ += isSame ? 0 : 1;
}
process.exit(differ === 0 ? 0 : 1);
