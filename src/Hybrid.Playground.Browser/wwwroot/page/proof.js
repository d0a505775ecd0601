// A formula, the band of width ε around it, and the network that is proved to be inside.
import { axes, curve, prepare } from "./plots.js";

export function drawProof(canvas, { xs, function: values, network, epsilon, bound }, theme) {
    const drawing = prepare(canvas), { context } = drawing;
    const all = values.concat(network).filter(Number.isFinite), low = Math.min(...all) - 2 * epsilon, high = Math.max(...all) + 2 * epsilon;
    const plot = axes(drawing, [xs[0], xs.at(-1)], [low, high], theme, ["x", "value"]);
    plot.inside(() => {
        context.beginPath();
        xs.forEach((x, i) => context.lineTo(plot.px(x), plot.py(values[i] + bound)));
        for (let i = xs.length - 1; i >= 0; i--) context.lineTo(plot.px(xs[i]), plot.py(values[i] - bound));
        context.closePath();
        context.globalAlpha = 0.25;
        context.fillStyle = theme.proof;
        context.fill();
        context.globalAlpha = 1;
        curve(context, xs, values, plot.px, plot.py, theme.muted, 1.5, [5, 4]);
        curve(context, xs, network, plot.px, plot.py, theme.positiveLine, 2);
    });
}
