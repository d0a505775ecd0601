// The doctor's findings, and the training in words.
import { $, form, page } from "./page.js";
import { isFormula } from "./form.js";
import { open, summary } from "./training.js";
import { tabulate } from "./weights.js";

let language = "command";

/** The doctor's findings, and the texts of the training. */
export async function examine() {
    page.lastDoctor = page.isRunning ? performance.now() : Infinity;
    const opening = page.openings, at = page.frame.at;
    // before the first step, weights of 0 are no problem
    if (at === 0) return describe();
    try {
        const { findings, training, heldOut } = await page.engine.examine(0, at);
        if (opening !== page.openings) return;
        $("findings").replaceChildren(...(findings.length === 0 ? [item(`Epoch ${at}: healthy. Training: ${training}${heldOut ? `; held out: ${heldOut}` : ""}.`)]
            : findings.map(finding => item(`${finding.layer ? `Layer ${finding.layer}: ` : ""}${finding.found}`, `${finding.says} ${finding.advice}`, finding.remedies))));
    } catch (error) {
        if (opening === page.openings) $("findings").replaceChildren(item(error.message));
    }
    describe();
}

/** A finding, with its remedies as buttons. */
function item(found, advice, remedies = []) {
    const li = document.createElement("li"), small = document.createElement("small");
    li.append(found);
    small.textContent = advice ?? "";
    li.append(small);
    for (const { flag, value } of remedies) {
        const button = document.createElement("button");
        button.textContent = `${flag} ${value}`;
        button.onclick = () => {
            const input = form.querySelector(`[data-flag="${flag}"]`);
            if (input) input.value = value;
            else if (flag === "--activation") for (const select of document.querySelectorAll(".layer select")) select.value = value;
            open();
        };
        li.append(button, " ");
    }
    return li;
}

/** The training as a command line, in C# or F#; and the pictures in words. */
export async function describe() {
    if (page.isRunning || !page.frame) return;
    const texts = await page.engine.texts(0, page.frame.at);
    const note = texts.difference ? `\n# ${texts.difference}` : "";
    const data = isFormula() ? `# points.csv: ${$("count").value} points of ${$("formula").value}; «Save as CSV» writes it\n` : "";
    $("text").textContent = language === "command" ? data + texts.command + note : texts[language];
    const summaryOf = `Network ${page.model.sizes.join(" to ")}, epoch ${page.frame.at}, `;
    $("network").setAttribute("aria-label", `${summaryOf}arrow keys choose a weight, Enter changes it.`);
    $("result").setAttribute("aria-label", `${summaryOf}outputs over ${page.model.columns[page.result.view.x].name}${page.result.view.y >= 0 ? ` and ${page.model.columns[page.result.view.y].name}` : ""}. ${summary()}`);
    if ($("weights-table").open) tabulate();
}

/** Another language for the training: command, csharp or fsharp. */
export function speak(other) {
    language = other;
    describe();
}
