// The network: a tile for each unit with its output over the view, a line for each weight, as wide as it is large.
import { image, diverging, prepare } from "./plots.js";

const most = 12; // units of a layer that are drawn

/** The number of units of a layer that are drawn. */
const shown = count => Math.min(count, most);

/** Where the tiles are: for each column of tiles, their middles, and the edge of a tile. */
export function layout(model, width, height) {
    const columns = model.sizes.length, tallest = Math.max(...model.sizes.map(shown));
    const tile = Math.max(12, Math.min(44, (height - 30) / tallest - 6, width / columns / 2));
    return {
        tile,
        places: model.sizes.map((count, layer) => {
            const x = tile / 2 + 6 + (width - tile - 12) * layer / Math.max(1, columns - 1);
            const step = Math.min(tile + 14, (height - 20 - tile) / Math.max(1, shown(count) - 1));
            const start = (height - 14) / 2 - step * (shown(count) - 1) / 2;
            return Array.from({ length: shown(count) }, (_, unit) => ({ x, y: start + unit * step }));
        }),
    };
}

/** A model's numbers by name: { name: { shape, values } }. */
export function named(model, weights) {
    const found = {};
    let at = 0;
    for (const { name, shape } of model.parameters) {
        const count = shape.reduce((product, extent) => product * extent, 1);
        found[name] = { shape, values: weights.subarray(at, at + count) };
        at += count;
    }
    return found;
}

/** The weights between two columns of tiles: of maxout the largest piece is shown. */
function between(model, parameters, layer) {
    const index = model.layers[layer]?.index, weight = parameters[`${index}.weight`], bias = parameters[`${index}.bias`];
    if (!weight) return null;
    const [rows, inputs] = weight.shape, units = model.sizes[layer + 1], pieces = Math.max(1, Math.round(rows / units));
    return {
        inputs, pieces,
        at(unit, input) {
            let best = unit * inputs + input;
            for (let piece = 1; piece < pieces; piece++) {
                const other = (piece * units + unit) * inputs + input;
                if (Math.abs(weight.values[other]) > Math.abs(weight.values[best])) best = other;
            }
            return { parameter: `${index}.weight`, index: best, value: weight.values[best] };
        },
        bias: unit => bias ? { parameter: `${index}.bias`, index: unit, value: bias.values[unit] } : null,
    };
}

/** Draws it; returns what can be pointed at: { kind, … , distance(x, y) }. */
export function draw(canvas, model, frame, view, theme, chosen) {
    const drawing = prepare(canvas), { context, width, height } = drawing;
    if (width === 0) return [];
    const { tile, places } = layout(model, width, height), parameters = named(model, frame.weights), targets = [];
    const isLine = view.y < 0, points = isLine ? frame.size + 1 : frame.size * frame.size;

    // weights
    for (let layer = 0; layer + 1 < places.length; layer++) {
        const weights = between(model, parameters, layer);
        if (!weights) continue;
        let largest = 1e-9;
        const lines = [];
        places[layer].forEach((from, input) => places[layer + 1].forEach((to, unit) => {
            if (input >= weights.inputs) return;
            const weight = weights.at(unit, input);
            largest = Math.max(largest, Math.abs(weight.value));
            lines.push({ from, to, input, unit, ...weight });
        }));
        for (const line of lines) {
            const share = Math.abs(line.value) / largest, x1 = line.from.x + tile / 2, x2 = line.to.x - tile / 2;
            const isChosen = chosen && chosen.parameter === line.parameter && chosen.index === line.index;
            context.strokeStyle = isChosen ? theme.ink : line.value >= 0 ? theme.positiveLine : theme.negativeLine;
            context.globalAlpha = isChosen ? 1 : 0.25 + 0.75 * share;
            context.lineWidth = 0.5 + 4 * share;
            context.beginPath();
            context.moveTo(x1, line.from.y);
            context.bezierCurveTo((x1 + x2) / 2, line.from.y, (x1 + x2) / 2, line.to.y, x2, line.to.y);
            context.stroke();
            targets.push({
                kind: "weight", ...line,
                distance(x, y) {
                    if (x < x1 || x > x2) return Infinity;
                    // the same curve: at t, x is nearly straight
                    const t = (x - x1) / (x2 - x1), s = t * t * (3 - 2 * t);
                    return Math.abs(line.from.y + (line.to.y - line.from.y) * s - y);
                },
            });
        }
        context.globalAlpha = 1;
        places[layer + 1].forEach((place, unit) => {
            const bias = weights.bias(unit);
            if (bias) targets.push({
                kind: "bias", unit, ...bias, at: place,
                distance: (x, y) => Math.hypot(x - (place.x - tile / 2 - 1), y - (place.y + tile / 2 + 1)) < 7 ? 0 : Infinity,
            });
        });
    }

    // tiles
    let start = 0;
    places.forEach((column, layer) => {
        const units = frame.units?.[layer - 1];
        column.forEach((place, unit) => {
            const [x, y] = [place.x - tile / 2, place.y - tile / 2];
            const isDead = units?.dead[unit], saturated = units?.saturated[unit] ?? 0;
            if (layer > 0) {
                let values = frame.picture.subarray(start + unit * points, start + (unit + 1) * points), largest = 1e-9;
                const isProbability = model.classes && layer === places.length - 1 && !isLine;
                if (isProbability) values = values.map(value => 2 * value - 1);
                for (const value of values) largest = Math.max(isProbability ? 1 : largest, Math.abs(value));
                if (isLine) sparkline(context, values, x, y, tile, largest, theme);
                else {
                    const map = image(frame.size, i => isDead ? grey(theme) : diverging(values[i] / largest, theme));
                    context.imageSmoothingEnabled = true;
                    context.drawImage(map, x, y, tile, tile);
                }
            } else ramp(context, model, view, unit, x, y, tile, theme);
            context.strokeStyle = isDead ? theme.muted : theme.ink;
            context.lineWidth = saturated > 0.5 ? 3 : 1;
            context.setLineDash(saturated > 0.5 ? [4, 3] : []);
            context.strokeRect(x, y, tile, tile);
            context.setLineDash([]);
            if (isDead) {
                context.beginPath();
                context.moveTo(x, y);
                context.lineTo(x + tile, y + tile);
                context.moveTo(x + tile, y);
                context.lineTo(x, y + tile);
                context.stroke();
            }
            if (layer > 0) {
                context.fillStyle = theme.muted;
                context.fillRect(x - 4, y + tile - 3, 6, 6);
            }
            targets.push({
                kind: "unit", layer, unit, isDead, saturated, at: place,
                distance: (px, py) => Math.abs(px - place.x) < tile / 2 && Math.abs(py - place.y) < tile / 2 ? 1 : Infinity,
            });
        });
        if (layer > 0) start += model.sizes[layer] * points;
        context.font = "11px system-ui, sans-serif";
        context.fillStyle = theme.muted;
        context.textBaseline = "bottom";
        const count = model.sizes[layer], kind = layer === 0 ? "inputs" : model.layers[layer - 1].kind.replace(/identity|scale/, "output");
        context.textAlign = layer === 0 ? "left" : layer === places.length - 1 ? "right" : "center";
        const tx = layer === 0 ? 0 : layer === places.length - 1 ? width : column[0].x;
        context.fillText(count > most ? `${kind}, ${most} of ${count}` : kind, tx, height - 1);
    });
    return targets;
}

const grey = theme => theme.paper.map((value, i) => (value + theme.classes[7][i]) / 2);

/** An input's name, and the column whose number it is. */
export const inputOf = (model, unit) => model.inputs[unit] ?? { name: `${unit + 1}`, column: null };

/** An input's own values over the view. */
function ramp(context, model, view, unit, x, y, tile, theme) {
    const column = inputOf(model, unit).column, isX = column === view.x, isY = column === view.y;
    const fill = context.createLinearGradient(x, y + tile, isX ? x + tile : x, isX ? y + tile : y);
    const css = value => `rgb(${diverging(value, theme).map(Math.round).join(" ")})`;
    fill.addColorStop(0, css(isX || isY ? -1 : 0));
    fill.addColorStop(0.5, css(0));
    fill.addColorStop(1, css(isX || isY ? 1 : 0));
    context.fillStyle = fill;
    context.fillRect(x, y, tile, tile);
    context.fillStyle = theme.ink;
    context.font = "11px system-ui, sans-serif";
    context.textAlign = "center";
    context.textBaseline = "middle";
    const { name } = inputOf(model, unit);
    context.fillText(name.length * 6 > tile ? name.slice(0, Math.max(1, Math.floor(tile / 6) - 1)) + "…" : name, x + tile / 2, y + tile / 2);
}

function sparkline(context, values, x, y, tile, largest, theme) {
    context.fillStyle = `rgb(${theme.paper.join(" ")})`;
    context.fillRect(x, y, tile, tile);
    context.strokeStyle = theme.positiveLine;
    context.lineWidth = 1.5;
    context.beginPath();
    values.forEach((value, i) => {
        const px = x + tile * i / (values.length - 1), py = y + tile / 2 - value / largest * (tile / 2 - 2);
        if (i === 0) context.moveTo(px, py);
        else context.lineTo(px, py);
    });
    context.stroke();
}

/** The nearest of what can be pointed at, if it is near. */
export function find(targets, x, y) {
    const order = { bias: 0, unit: 1, weight: 2 };
    return targets.map(target => ({ target, distance: target.distance(x, y) }))
        .filter(({ distance }) => distance < 7)
        .sort((a, b) => order[a.target.kind] - order[b.target.kind] || a.distance - b.distance)[0]?.target ?? null;
}
