// Pictures on canvases: heat maps, decision regions, curves. Colours come from the style sheet, so that they suit dark ground.
export function colours(element) {
    const style = getComputedStyle(element);
    const read = name => style.getPropertyValue(name).trim();
    const rgb = name => {
        const [r, g, b] = read(name).match(/[0-9a-f]{2}/gi).map(hex => parseInt(hex, 16));
        return [r, g, b];
    };
    return {
        paper: rgb("--paper"), ink: read("--ink"), muted: read("--muted"), line: read("--line"),
        positive: rgb("--positive"), negative: rgb("--negative"), positiveLine: read("--positive"), negativeLine: read("--negative"),
        classes: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map(i => rgb(`--class-${i}`)),
        proof: read("--proof"),
    };
}

/** A canvas's context, as sharp as the screen. */
export function prepare(canvas) {
    const scale = window.devicePixelRatio || 1, { width, height } = canvas.getBoundingClientRect();
    if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
        canvas.width = Math.round(width * scale);
        canvas.height = Math.round(height * scale);
    }
    const context = canvas.getContext("2d");
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    return { context, width, height };
}

const mix = (a, b, share) => [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share];

/** The colour of a value from -1 to 1. */
export const diverging = (value, theme) => value >= 0
    ? mix(theme.paper, theme.positive, Math.min(1, value))
    : mix(theme.paper, theme.negative, Math.min(1, -value));

const scratch = new Map(); // by size: a canvas takes longer to make than to fill

/** Size × size cells, each of a colour, as a canvas to draw before the next one is asked for. */
export function image(size, colourAt) {
    if (!scratch.has(size)) {
        const canvas = new OffscreenCanvas(size, size), context = canvas.getContext("2d", { willReadFrequently: true });
        scratch.set(size, { canvas, context, data: context.createImageData(size, size) });
    }
    const { canvas, context, data } = scratch.get(size);
    for (let i = 0; i < size * size; i++) {
        const [r, g, b] = colourAt(i);
        data.data[4 * i] = r;
        data.data[4 * i + 1] = g;
        data.data[4 * i + 2] = b;
        data.data[4 * i + 3] = 255;
    }
    context.putImageData(data, 0, 0);
    return canvas;
}

/** The colours of the network's outputs over the plane: of the most probable class, fainter where it is less certain; or of a quantity. */
export function region(outputs, size, model, theme) {
    const cells = size * size;
    if (model.classes) {
        const count = model.classes.length;
        return image(size, i => {
            let best = 0, second = -Infinity;
            for (let k = 1; k < count; k++)
                if (outputs[k * cells + i] > outputs[best * cells + i]) best = k;
            for (let k = 0; k < count; k++)
                if (k !== best) second = Math.max(second, outputs[k * cells + i]);
            const margin = Math.max(0, Math.min(1, outputs[best * cells + i] - second));
            return mix(theme.paper, theme.classes[best % 10], 0.18 + 0.5 * margin);
        });
    }
    // of several quantiles the middle one
    const { low, high } = model.quantity, start = model.loss.startsWith("quantile") ? cells * Math.floor((model.outputs.length - 1) / 2) : 0;
    return image(size, i => diverging(2 * (outputs[start + i] - low) / (high - low || 1) - 1, theme));
}

function ticks(low, high, count) {
    const rough = (high - low) / count, power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map(factor => factor * power).find(candidate => candidate >= rough) ?? power;
    const found = [];
    for (let at = Math.ceil(low / step) * step; at <= high + 1e-9 * step; at += step) found.push(at);
    return found;
}

const number = value => Math.abs(value) >= 1e4 || (value !== 0 && Math.abs(value) < 1e-3) ? value.toExponential(0) : String(+value.toPrecision(3));

/** Axes around a frame; returns how numbers become places. An axis of categories has their names. */
export function axes({ context, width, height }, x, y, theme, names, categories = []) {
    const left = 42, bottom = 30, top = 8, right = 14;
    const px = value => left + (value - x[0]) / (x[1] - x[0] || 1) * (width - left - right);
    const py = value => height - bottom - (value - y[0]) / (y[1] - y[0] || 1) * (height - top - bottom);
    context.font = "11px system-ui, sans-serif";
    context.fillStyle = context.strokeStyle = theme.muted;
    context.lineWidth = 1;
    context.textAlign = "center";
    context.textBaseline = "top";
    const places = (range, names) => names ? names.map((name, i) => [i, name.length > 7 ? `${name.slice(0, 6)}…` : name]) : ticks(range[0], range[1], 5).map(tick => [tick, number(tick)]);
    for (const [tick, text] of places(x, categories[0])) context.fillText(text, px(tick), height - bottom + 5);
    context.fillText(names[0], (left + width - right) / 2, height - 13);
    context.textAlign = "right";
    context.textBaseline = "middle";
    for (const [tick, text] of places(y, categories[1])) context.fillText(text, left - 5, py(tick));
    context.save();
    context.translate(9, (top + height - bottom) / 2);
    context.rotate(-Math.PI / 2);
    context.textAlign = "center";
    context.fillText(names[1], 0, 0);
    context.restore();
    context.strokeStyle = theme.line;
    context.strokeRect(left, top, width - left - right, height - top - bottom);
    const inside = draw => {
        context.save();
        context.beginPath();
        context.rect(left, top, width - left - right, height - top - bottom);
        context.clip();
        draw();
        context.restore();
    };
    const back = (mx, my) => [
        x[0] + (mx - left) / (width - left - right) * (x[1] - x[0]),
        y[0] + (height - bottom - my) / (height - top - bottom) * (y[1] - y[0]),
    ];
    return { px, py, back, inside, frame: [left, top, width - left - right, height - top - bottom] };
}

/** A curve with gaps where values are missing. */
export function curve(context, xs, ys, px, py, colour, width = 2, dash = []) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.setLineDash(dash);
    context.beginPath();
    let isDown = false;
    for (let i = 0; i < ys.length; i++) {
        const y = ys[i];
        if (y === null || y === undefined || !Number.isFinite(y)) {
            isDown = false;
            continue;
        }
        if (isDown) context.lineTo(px(xs[i]), py(y));
        else context.moveTo(px(xs[i]), py(y));
        isDown = true;
    }
    context.stroke();
    context.setLineDash([]);
}

/** The losses of the epochs, on a logarithmic scale. */
export function losses(canvas, history, at, theme) {
    const drawing = prepare(canvas);
    if (drawing.width === 0) return;
    // as many points as there are pixels
    const stride = Math.max(1, Math.floor(history.length / drawing.width));
    const picked = history.map((each, i) => [i, ...each]).filter((each, i) => i % stride === 0 || i === history.length - 1);
    const log = value => value > 0 ? Math.log10(value) : null;
    const values = picked.flatMap(each => [log(each[1]), log(each[2]), log(each[3])]).filter(Number.isFinite);
    const low = Math.min(...values, 0), high = Math.max(...values, low + 0.3);
    const plot = axes(drawing, [0, Math.max(10, history.length - 1)], [low, high], theme, ["epoch", "log₁₀ loss"]);
    const { context } = drawing, xs = picked.map(each => each[0]);
    plot.inside(() => {
        curve(context, xs, picked.map(each => log(each[1])), plot.px, plot.py, theme.negativeLine);
        curve(context, xs, picked.map(each => log(each[2])), plot.px, plot.py, theme.muted, 1.5);
        curve(context, xs, picked.map(each => log(each[3])), plot.px, plot.py, theme.positiveLine, 2, [5, 3]);
        context.strokeStyle = theme.muted;
        context.lineWidth = 1;
        context.beginPath();
        context.moveTo(plot.px(at), 0);
        context.lineTo(plot.px(at), drawing.height);
        context.stroke();
    });
}
