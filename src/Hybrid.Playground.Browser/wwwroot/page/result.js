// The network's outputs over the data: regions of classes, a coloured plane of a quantity, or a curve.
import { axes, curve, prepare, region } from "./plots.js";

export class Result {
    constructor(canvas) {
        this.canvas = canvas;
        this.view = { x: 0, y: 1, range: [-1, 1, -1, 1], row: 0 };
        this.certified = null;
    }

    setModel(model, keepAxes) {
        this.model = model;
        this.certified = null;
        const width = model.columns.length;
        this.view = { ...this.view, row: 0 };
        if (keepAxes && this.view.x < width && this.view.y < width) this.setAxes(this.view.x, this.view.y);
        else this.setAxes(0, width > 1 ? 1 : -1);
    }

    setAxes(x, y) {
        const range = column => {
            const { low, high } = this.model.columns[column], margin = 0.08 * (high - low || 1);
            return [low - margin, high + margin];
        };
        this.certified = null;
        this.view = { ...this.view, x, y, range: [...range(x), ...(y >= 0 ? range(y) : [0, 1])] };
    }

    draw(frame, theme) {
        const drawing = prepare(this.canvas), { context } = drawing, { model, view } = this;
        if (drawing.width === 0) return;
        const isLine = view.y < 0, points = isLine ? frame.size + 1 : frame.size ** 2;
        const outputs = frame.picture.subarray(frame.picture.length - points * model.outputs.length);
        if (isLine) return this.drawLine(drawing, frame, outputs, theme);
        const plot = this.plot = axes(drawing, [view.range[0], view.range[1]], [view.range[2], view.range[3]], theme, [model.columns[view.x].name, model.columns[view.y].name], [model.columns[view.x].categories, model.columns[view.y].categories]);
        context.imageSmoothingEnabled = true;
        context.drawImage(region(outputs, frame.size, model, theme), ...plot.frame);
        plot.inside(() => {
            const { low, high } = model.quantity, radius = model.count > 400 ? 2 : 3.2;
            for (const point of model.points) {
                const isHeld = point.part === 2, share = (point.target - low) / (high - low || 1);
                const [r, g, b] = model.classes ? theme.classes[point.target % 10] : share >= 0.5 ? theme.positive : theme.negative;
                context.globalAlpha = model.classes ? 1 : 0.25 + 0.75 * Math.abs(2 * share - 1);
                context.beginPath();
                context.arc(plot.px(point.values[view.x]), plot.py(point.values[view.y]), radius, 0, 7);
                context.fillStyle = isHeld ? `rgb(${theme.paper.join(" ")})` : `rgb(${r} ${g} ${b})`;
                context.fill();
                context.lineWidth = isHeld ? 1.6 : 1;
                context.strokeStyle = isHeld ? `rgb(${r} ${g} ${b})` : `rgb(${theme.paper.join(" ")})`;
                context.stroke();
            }
            context.globalAlpha = 1;
            this.drawCertified(context, theme);
        });
    }

    drawLine(drawing, frame, outputs, theme) {
        const { model, view } = this, { context } = drawing, count = frame.size + 1, [left, right] = view.range;
        const xs = Array.from({ length: count }, (_, i) => left + (right - left) * i / frame.size);
        const { low, high } = model.classes ? { low: 0, high: 1 } : model.quantity, margin = 0.15 * (high - low || 1);
        const plot = this.plot = axes(drawing, [left, right], [low - margin, high + margin], theme, [model.columns[view.x].name, model.classes ? "probability" : model.target], [model.columns[view.x].categories]);
        plot.inside(() => {
            for (const point of model.points) {
                const [r, g, b] = theme.classes[model.classes ? point.target % 10 : 1];
                context.beginPath();
                context.arc(plot.px(point.values[view.x]), plot.py(model.classes ? point.target === 0 ? 0.02 : 0.98 : point.target), 3, 0, 7);
                context.globalAlpha = 0.75;
                context.fillStyle = context.strokeStyle = `rgb(${r} ${g} ${b})`;
                if (point.part === 2) context.stroke();
                else context.fill();
            }
            context.globalAlpha = 1;
            model.outputs.forEach((_, k) => curve(context, xs, outputs.subarray(k * count, (k + 1) * count), plot.px, plot.py,
                model.classes ? `rgb(${theme.classes[k % 10].join(" ")})` : theme.positiveLine, 2.5));
            this.drawCertified(context, theme);
        });
    }

    /** The square (or interval) around the point for which the answer is proved. */
    drawCertified(context, theme) {
        if (!this.certified) return;
        const { values, radius, attacked } = this.certified, { view, plot } = this;
        // a category does not move
        const value = column => this.model.columns[column].categories ? Math.round(values[column]) : values[column];
        const share = column => this.model.columns[column].categories ? 0 : 1;
        const at = [value(view.x), view.y >= 0 ? value(view.y) : this.certified.answer ?? 0.5];
        const box = r => {
            const x = plot.px(at[0] - share(view.x) * r), right = plot.px(at[0] + share(view.x) * r);
            const [top, bottom] = view.y >= 0 ? [plot.py(at[1] + share(view.y) * r), plot.py(at[1] - share(view.y) * r)]
                : this.certified.lower !== null ? [plot.py(this.certified.upper), plot.py(this.certified.lower)] : [plot.frame[1], plot.frame[1] + plot.frame[3]];
            context.strokeRect(x, top, right - x, bottom - top);
        };
        context.strokeStyle = theme.proof;
        context.lineWidth = 2.5;
        box(radius);
        if (attacked) {
            context.lineWidth = 1;
            context.setLineDash([4, 3]);
            box(attacked);
            context.setLineDash([]);
        }
        context.beginPath();
        context.arc(plot.px(at[0]), plot.py(at[1]), 4, 0, 7);
        context.fillStyle = theme.proof;
        context.fill();
    }

    /** The inputs at a place of the canvas; the columns that are not drawn as in the row of the slice. */
    at(mx, my) {
        const [x, y] = this.plot.back(mx, my), values = [...this.model.points[this.view.row].values];
        values[this.view.x] = x;
        if (this.view.y >= 0) values[this.view.y] = y;
        this.lastHeight = y;
        return values;
    }

    /** The value of a quantity at the place that was asked for last. */
    height() { return this.lastHeight; }

    /** The example nearest to a point, by what is drawn. */
    nearest(values) {
        const { view, model, plot } = this;
        let best = 0, least = Infinity;
        model.points.forEach((point, i) => {
            const dx = plot.px(point.values[view.x]) - plot.px(values[view.x]);
            const dy = view.y >= 0 ? plot.py(point.values[view.y]) - plot.py(values[view.y]) : 0;
            if (dx * dx + dy * dy < least) [best, least] = [i, dx * dx + dy * dy];
        });
        return best;
    }
}
