#!/usr/bin/env bash
# Builds the .ipynb files from the scripts: runs each and records what it prints and draws.
# Needs a Release build of the command: dotnet build src/Hybrid.Cli -c Release
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd .. && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir "$work/notebooks"
ln -s "$root/src" "$root/src-fs" "$work/"
cp "$root/dotnet-tools.json" "$work/"
cp load.fsx "$work/notebooks/"
echo '{{fsdocs-content}}' >"$work/notebooks/_template.ipynb"

# fsdocs shows what a cell printed, and its value, where a script asks for it: that is all that is added
for script in [1-9]*.fsx; do
    awk '
        function ask() {
            if (code) print "(*** include-output ***)"
            if (picture) print "(*** include-it ***)"
            code = picture = 0
        }
        /^\(\*\*/ { ask(); text = 1 }
        !text && NF { code = 1 }
        !text && /^show |^\|> show/ { picture = 1 }
        { print }
        /^\*\)/ { text = 0 }
        END { ask() }' "$script" >"$work/notebooks/$script"
done

cd "$work"
dotnet tool restore >/dev/null
dotnet fsdocs build --input notebooks --output made --eval --strict --ignoreprojects --noapidocs \
    --parameters fsdocs-collection-name Hybrid >log 2>&1 || { cat log; exit 1; }

# fsdocs leaves out the ends of lines in outputs, and has an empty output where a cell printed nothing
for script in notebooks/[1-9]*.fsx; do
    name=$(basename "$script" .fsx)
    sed -E 's/^("|  *"text\/(plain|html)": \["[^"])(.*)",$/\1\3\\n",/; /^$/d' "made/$name.ipynb" |
        sed -Ez 's/ *\{\s*"data": \{\s*"text\/plain": \[""\]\s*\},\s*"execution_count": [0-9]+,\s*"metadata": \{\},\s*"output_type": "execute_result"\s*\},?//g' \
            >"$root/notebooks/$name.ipynb"
done
