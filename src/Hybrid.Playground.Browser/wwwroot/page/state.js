// The state of the page is a command line: from the form to words, from words to the form, and in the address.
export const defaults = { "--validation": "0" };

/** The words of a command line, as a shell splits them: what stands between apostrophes is not split, \' is an apostrophe. */
export function split(line) {
    return [...line.matchAll(/(?:'[^']*'?|\\.|[^\s'\\])+/g)].map(([word]) => word.replace(/'([^']*)'?|\\(.)/g, (_, quoted, escaped) => quoted ?? escaped));
}

export function join(words) {
    return words.map(word => /^[\w\-./,:=+%]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`).join(" ");
}

/** The layers of a form's rows: units and activations. */
function layers(form) {
    return [...form.querySelectorAll(".layer")].map(row => ({
        units: row.querySelector("input").value,
        activation: row.querySelector("select").value,
    }));
}

/** The words after the data. */
export function options(form) {
    const rows = layers(form), words = ["--hidden", rows.length === 0 ? "0" : rows.map(row => row.units).join(",")];
    const isMaxout = form.querySelector('[data-flag="--maxout"]').value !== "";
    if (rows.length > 0 && !isMaxout) {
        const names = rows.map(row => row.activation);
        words.push("--activation", names.every(name => name === names[0]) ? names[0] : names.join(","));
    }
    for (const input of form.querySelectorAll("[data-flag]"))
        if (input.value !== "") words.push(input.dataset.flag, input.value);
    return [...words, ...others];
}

/** What the form has no place for, such as --ignore: the engine takes it, or says that it does not. */
let others = [];

export const clearOthers = () => { others = []; };

/** Sets the form by options. */
export function show(form, words, setLayers) {
    const given = { ...defaults };
    others = [];
    for (let i = 0; i < words.length; i += 2)
        if (i + 1 < words.length && (words[i] === "--hidden" || words[i] === "--activation" || form.querySelector(`[data-flag="${CSS.escape(words[i])}"]`))) given[words[i]] = words[i + 1];
        else others.push(...words.slice(i, i + 2));
    const sizes = given["--hidden"] === undefined ? ["8", "8"] : given["--hidden"] === "0" ? [] : given["--hidden"].split(",");
    const names = (given["--activation"] ?? "tanh").split(",");
    setLayers(sizes.map((units, i) => ({ units, activation: names[i] ?? names[0] })));
    for (const input of form.querySelectorAll("[data-flag]")) {
        const value = given[input.dataset.flag] ?? "";
        if (input.options && ![...input.options].some(option => option.value === value)) input.add(new Option(value));
        input.value = value;
    }
}

/** The address: the command line, and what its data are made of. */
export function toHash(words, extras) {
    const encode = text => encodeURIComponent(text).replace(/%20/g, "+").replace(/%2C/g, ",").replace(/%2F/g, "/");
    return "#" + [encode(join(words)), ...Object.entries(extras).map(([key, value]) => `${key}=${encode(String(value))}`)].join("&");
}

export function ofHash(hash) {
    const decode = text => {
        try {
            return decodeURIComponent(text.replace(/\+/g, "%20"));
        } catch {
            throw new Error(`The link is damaged at «${text.slice(0, 40)}»: copy it again.`);
        }
    };
    const [line, ...rest] = hash.replace(/^#/, "").split("&");
    if (!line) return null;
    const words = split(decode(line)).filter((word, i) => !(i === 0 && word === "hybrid"));
    const extras = Object.fromEntries(rest.map(part => {
        const at = part.indexOf("=");
        return [part.slice(0, at), decode(part.slice(at + 1))];
    }));
    return words[0] === "train" && words.length > 1 ? { words, extras } : null;
}
