// The published page in a real browser: what it promises, measured. Needs a Chromium and the package playwright-core:
// npm install playwright-core && node page.mjs http://127.0.0.1:PORT/ PICTURES HYBRID…, with an empty text for no pictures.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [, , address, pictures, ...hybrid] = process.argv, executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
let failures = 0;

function check(name, isRight, measured = "") {
    console.log(`${isRight ? "ok" : "FAILED"}: ${name} ${measured}`);
    if (!isRight) failures++;
}

async function open(options = {}, hash = "", isOpen = () => window.playground?.frames > 0) {
    const context = await browser.newContext({ viewport: { width: 1360, height: 900 }, acceptDownloads: true, ...options });
    const page = await context.newPage();
    page.problems = [];
    page.foreign = [];
    page.on("console", message => { if (["error", "warning"].includes(message.type())) page.problems.push(message.text()); });
    page.on("pageerror", error => page.problems.push(String(error)));
    page.on("request", request => { if (!/^(blob:|data:)/.test(request.url()) && !request.url().startsWith(address)) page.foreign.push(request.url()); });
    const start = Date.now();
    await page.goto(address + hash);
    await page.waitForFunction(isOpen, null, { timeout: 60000 });
    page.opened = Date.now() - start;
    return page;
}

const done = page => page.waitForFunction(() => document.getElementById("run").textContent === "Run", null, { timeout: 120000 });
const shoot = (page, name, fullPage = true) => pictures && page.screenshot({ path: `${pictures}/${name}.png`, fullPage });
const choose = async (page, name) => {
    await page.selectOption("#preset", { label: name });
    await page.waitForTimeout(600);
};

// opening, and 60 frames a second
const page = await open();
check("the page opens in 2 s", page.opened <= 2000, `${page.opened} ms`);
await shoot(page, "start");
await page.click("#run");
const rate = await page.evaluate(() => new Promise(resolve => {
    const start = performance.now(), before = window.playground.frames;
    let count = 0;
    (function next() {
        count++;
        if (performance.now() - start < 2000) requestAnimationFrame(next);
        else resolve({ shown: count / 2, drawn: (window.playground.frames - before) / 2 });
    })();
}));
check("60 frames a second while it trains", rate.shown >= 55, `${rate.shown}, of them with a new picture ${rate.drawn}`);
await shoot(page, "running", false);
await done(page);
await page.waitForTimeout(1500);
await shoot(page, "done");

// the time slider
await page.fill("#time", "5");
await page.waitForFunction(() => window.playground.frame.at === 5);
check("the slider goes back to an epoch", await page.textContent("#epoch") === "5");
check("the command is that of the epoch", (await page.waitForFunction(() => /--epochs 5\b/.test(document.getElementById("text").textContent), null, { timeout: 10000 })) !== null);

// the command line that the page shows gives the page's model
const onnx = await page.evaluate(async () => [...await window.playground.engine.onnx(0, window.playground.frame.at)]);
const [, ...line] = (await page.textContent("#text")).split(" "), folder = mkdtempSync(join(tmpdir(), "page-"));
execFileSync(hybrid[0], [...hybrid.slice(1), ...line, "--output", "native.onnx"], { cwd: folder });
check("the command writes the page's model, byte for byte", Buffer.compare(Buffer.from(onnx), readFileSync(join(folder, "native.onnx"))) === 0);

// the link is the command line
check("the address is the command line", decodeURIComponent(page.url()).includes("#train+spiral+--hidden+8,8"), page.url());

// a weight by keyboard
await page.focus("#network");
await page.keyboard.press("ArrowRight");
await page.keyboard.press("Enter");
await page.waitForSelector("#editor:not([hidden])");
await page.fill("#editor input", "3.25");
await page.keyboard.press("Enter");
await page.waitForFunction(() => [...window.playground.frame.weights].includes(3.25), null, { timeout: 10000 });
check("a weight is changed by keyboard", true);

// gradients, radius
await page.click("#gradients");
await page.waitForFunction(() => /Passed|Failed/.test(document.getElementById("checked").textContent), null, { timeout: 30000 });
check("gradients agree with differences", (await page.textContent("#checked")).startsWith("Passed"), await page.textContent("#checked"));
await page.click("#result", { position: { x: 200, y: 150 } });
await page.waitForFunction(() => /proved|No radius/.test(document.getElementById("point").textContent), null, { timeout: 30000 });
check("a point is certified", true, await page.textContent("#point"));
await shoot(page, "certified");

// every control has a name
const unnamed = await page.evaluate(() => [...document.querySelectorAll("input, select, button, canvas")].filter(each =>
    !each.closest("label") && !each.getAttribute("aria-label") && !each.textContent.trim() && each.id !== "proved").map(each => each.outerHTML.slice(0, 80)));
check("every control has a name", unnamed.length === 0, unnamed.join(" "));

// divergence
await choose(page, "Divergence, explained");
await page.click("#run");
await page.waitForSelector("#failure:not([hidden])", { timeout: 30000 });
check("divergence is stopped and explained", /NaN or infinite/.test(await page.textContent("#failure p")), await page.textContent("#failure"));
await shoot(page, "diverged", false);
await page.click("#failure button");
await page.waitForFunction(() => window.playground.frame?.epoch > 3 || !document.getElementById("failure").hidden, null, { timeout: 30000 });
check("a tenth of the rate is tried", (await page.inputValue('[data-flag="--learning-rate"]')) === "10" || Number(await page.inputValue('[data-flag="--learning-rate"]')) > 0);

// the spiral in 5 s
await choose(page, "Spiral, in seconds");
await page.waitForFunction(() => window.playground.frame?.epoch === 0);
const start = Date.now();
await page.click("#run");
const separated = await page.waitForFunction(() => window.playground.history.some(each => each[3] >= 0.97), null, { timeout: 30000 }).then(() => Date.now() - start);
check("the spiral is separated in 5 s", separated <= 5000, `${separated} ms`);
await done(page);
await shoot(page, "spiral", false);

// dead units
await choose(page, "R13: rectified units die");
await page.click("#run");
await done(page);
await page.waitForTimeout(1000);
check("dead units are shown", await page.evaluate(() => window.playground.frame.units.some(layer => layer.dead.some(Boolean))), await page.textContent("#findings"));
await shoot(page, "dead");

// a formula, and the construction with its proof
await choose(page, "A sine, with a proof");
await page.click("#run");
await page.waitForTimeout(2500);
await page.click("#proof summary");
await page.click("#prove");
await page.waitForFunction(() => /Proved/.test(document.getElementById("proved-text").textContent), null, { timeout: 30000 });
check("a construction is proved", true, await page.textContent("#proved-text"));
await shoot(page, "sine");

// a table by drag and drop
async function drop(name, bytes) {
    const transfer = await page.evaluateHandle(([name, bytes]) => {
        const data = new DataTransfer();
        data.items.add(new File([new Uint8Array(bytes)], name, { type: "text/csv" }));
        return data;
    }, [name, [...bytes]]);
    const before = await page.evaluate(() => window.playground.openings);
    await page.dispatchEvent("body", "drop", { dataTransfer: transfer });
    await page.waitForFunction(before => window.playground.openings > before, before, { timeout: 15000 });
}

const table = "area,rooms,garden,price\n" + Array.from({ length: 80 }, (_, i) => `${40 + (i * 37) % 120},${1 + i % 6},${i % 3 ? "yes" : "no"},${100 + 3 * ((i * 37) % 120) + 10 * (i % 6)}`).join("\n");
await drop("houses.csv", Buffer.from(table));
await page.waitForFunction(() => window.playground.model?.columns.length === 3, null, { timeout: 15000 });
await page.click("#run");
await page.waitForTimeout(2000);
check("a dropped table is learned from", await page.evaluate(() => window.playground.frame.epoch > 1), await page.textContent("#says"));
await page.click("#result", { position: { x: 200, y: 150 } });
await page.waitForFunction(() => /proved to stay in|holds|index/.test(document.getElementById("point").textContent), null, { timeout: 30000 });
check("a row with a category is certified", /proved to stay in/.test(await page.textContent("#point")), await page.textContent("#point"));
await shoot(page, "table");

// any name, any encoding, any separator
await drop("it's größe.csv", Buffer.from("Größe;class;x\n" + Array.from({ length: 40 }, (_, i) => `${i % 7};${i % 7 > 3 ? "groß" : "klein"};${(i * 13) % 11}`).join("\n"), "latin1"));
await page.fill('[data-flag="--target"]', "class");
await page.press('[data-flag="--target"]', "Enter");
await page.waitForFunction(() => window.playground.model?.classes?.[0] === "groß", null, { timeout: 15000 });
check("a table that is not UTF-8 has its names", await page.evaluate(() => window.playground.model.columns[0].name) === "Größe");
await page.selectOption("#click", "add");
await page.click("#result", { position: { x: 200, y: 150 } });
await page.waitForFunction(() => window.playground.model?.count === 41, null, { timeout: 15000 });
check("a point is added to a table of any form", await page.isHidden("#failure"));
const shared = page.url();

// what cannot be trained
await page.fill('[data-flag="--learning-rate"]', "-1");
await page.press('[data-flag="--learning-rate"]', "Enter");
await page.waitForSelector("#failure:not([hidden])");
check("what cannot be prepared cannot be run", await page.isDisabled("#run") && await page.isDisabled("#seeds"), await page.textContent("#failure p"));
await page.fill('[data-flag="--learning-rate"]', "");
await page.press('[data-flag="--learning-rate"]', "Enter");
await page.waitForSelector("#run:not([disabled])");

// points by clicking
await page.click("#clear");
await page.waitForTimeout(800);
await page.click("#result", { position: { x: 120, y: 120 } });
await page.waitForFunction(() => window.playground.model?.count === 5, null, { timeout: 15000 });
check("a click adds a point", true);

// seeds
await choose(page, "Maxout");
await page.click("#seeds");
await page.waitForFunction(() => /All are done/.test(document.getElementById("race-text").textContent), null, { timeout: 180000 });
check("20 seeds are trained", true, await page.textContent("#race-text"));
await shoot(page, "seeds");
check("no request leaves the host", page.foreign.length === 0, page.foreign.join(" "));
check("the browser reports no problem", page.problems.length === 0, page.problems.join(" | "));

// links
for (const [what, hash, expected] of [
    ["a damaged link", "#%E0%A4%A", "The link is damaged"],
    ["a link to a table elsewhere", "#train+%27my%20houses.csv%27", "about the table my houses.csv, which it does not hold"],
    ["a link with an unknown option", "#train+iris+--depth+3", "«--depth» is not an option of this page"],
]) {
    const linked = await open({}, hash, () => !document.getElementById("failure").hidden);
    check(`${what} is explained`, (await linked.textContent("#failure p")).includes(expected), await linked.textContent("#failure p"));
}
const again = await open({}, new URL(shared).hash);
check("a link holds a table of any name", await again.evaluate(() => window.playground.model.count) === 41 && (await again.textContent("#text")).includes("'it'\\''s größe.csv'"), await again.textContent("#text"));
for (const words of ["--patience+3", "--loss+label-smoothing%3A0.3"]) {
    const kept = await open({}, `#train+iris+${words}`);
    check(`a link's words ${words} are kept`, kept.url().includes(words), kept.url());
}

// a phone, dark
const phone = await open({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, colorScheme: "dark", hasTouch: true, isMobile: true });
await phone.tap("#run");
await phone.waitForTimeout(3000);
const over = await phone.evaluate(() => document.documentElement.scrollWidth - innerWidth);
check("a phone's width is enough", over <= 0, `${over} px too wide`);
await shoot(phone, "phone-dark");
const calm = await open({ reducedMotion: "reduce" });
await calm.click("#run");
const drawn = await calm.evaluate(() => new Promise(resolve => {
    const before = window.playground.frames;
    setTimeout(() => resolve(window.playground.frames - before), 3000);
}));
check("who prefers less motion gets less", drawn <= 6, `${drawn} pictures in 3 s`);

await browser.close();
console.log(failures === 0 ? "all promises hold" : `${failures} failed`);
process.exit(failures === 0 ? 0 : 1);
