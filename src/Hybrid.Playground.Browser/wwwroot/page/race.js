// The same training from 20 seeds, in a worker of its own, side by side.
import { prepare, region, curve } from "./plots.js";

const count = 20;

export class Race {
    constructor(section, makeEngine) {
        Object.assign(this, { section, makeEngine, engine: null, turn: 0 });
    }

    async run(...given) {
        const turn = this.turn + 1;
        try {
            await this.train(...given);
        } catch (error) {
            if (turn === this.turn) this.section.querySelector("p").textContent = error.message;
        }
    }

    async train(words, table, model, view, theme, first) {
        const turn = ++this.turn, grid = this.section.querySelector("div"), text = this.section.querySelector("p");
        this.engine?.end();
        this.engine = this.makeEngine();
        this.section.hidden = false;
        this.section.scrollIntoView({ behavior: "auto", block: "nearest" });
        text.textContent = "The engine is starting …";
        const seeds = Array.from({ length: count }, (_, i) => first + i);
        const cards = seeds.map(seed => {
            const figure = document.createElement("figure");
            figure.innerHTML = `<canvas role="img" aria-label="Seed ${seed}"></canvas><figcaption>seed ${seed}</figcaption>`;
            return figure;
        });
        grid.replaceChildren(...cards);
        await this.engine.ready;
        if (table) await this.engine.write(table.file, table.csv);
        for (const seed of seeds) {
            const at = words.indexOf("--seed"), line = at < 0 ? words : words.toSpliced(at, 2);
            await this.engine.open(seed, [...line, "--seed", String(seed)]);
            await this.engine.run(seed);
        }
        const ends = new Map();
        while (turn === this.turn && ends.size < count)
            for (const [i, seed] of seeds.entries()) {
                if (ends.has(seed)) continue;
                const frame = await this.engine.frame(seed, { after: -1, view, size: 32, withUnits: false });
                if (turn !== this.turn) return;
                this.draw(cards[i].firstChild, frame, model, view, theme);
                const [loss, , , quality] = frame.history.at(-1) ?? [];
                const measured = quality !== null && quality !== undefined ? model.classes ? `${(100 * quality).toFixed(1)} %` : `R² ${quality.toFixed(3)}` : `loss ${loss?.toPrecision(3) ?? "∞"}`;
                cards[i].lastChild.textContent = `seed ${seed}: ${frame.failure ? "diverged" : measured}, epoch ${frame.epoch}`;
                cards[i].firstChild.setAttribute("aria-label", cards[i].lastChild.textContent);
                if (!frame.running) ends.set(seed, frame.failure ? null : quality ?? loss);
                text.textContent = `${ends.size} of ${count} are done.`;
            }
        const values = [...ends.values()].filter(Number.isFinite), mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1));
        text.textContent = `All are done: ${mean.toPrecision(3)} ± ${deviation.toPrecision(2)} (mean and standard deviation of ${values.length} seeds), from ${Math.min(...values).toPrecision(3)} to ${Math.max(...values).toPrecision(3)}. At the shell: --seeds ${count}.`;
        this.engine.end();
        this.engine = null;
    }

    draw(canvas, frame, model, view, theme) {
        const { context, width, height } = prepare(canvas), isLine = view.y < 0, points = isLine ? frame.size + 1 : frame.size ** 2;
        const outputs = frame.picture.subarray(frame.picture.length - points * model.outputs.length);
        if (!isLine) return void context.drawImage(region(outputs, frame.size, model, theme), 0, 0, width, height);
        const { low, high } = model.classes ? { low: 0, high: 1 } : model.quantity;
        const xs = Array.from({ length: points }, (_, i) => i);
        curve(context, xs, outputs.subarray(0, points), i => i / (points - 1) * width, y => height - 6 - (y - low) / (high - low || 1) * (height - 12), theme.positiveLine);
    }
}
