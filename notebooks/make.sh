#!/usr/bin/env bash
# Makes the .ipynb files from the scripts: runs each one and writes down what it prints and draws.
# Wants a Release build: dotnet build src-fs/Hybrid.Figures -c Release and src/Hybrid.Cli likewise.
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

# fsdocs shows what a cell printed, and its value, where the script asks for it: that is all that is added
for script in [1-9]*.fsx; do
    awk '
        function asked() {
            if (prints) print "(*** include-output ***)"
            if (shows) print "(*** include-it ***)"
            prints = shows = 0
        }
        /^\(\*\*/ { asked() }
        /printfn|for .* do$/ { prints = 1 }
        /^show / { shows = 1 }
        { print }
        END { asked() }' "$script" >"$work/notebooks/$script"
done

cd "$work"
dotnet tool restore >/dev/null
dotnet fsdocs build --input notebooks --output made --eval --strict --ignoreprojects --noapidocs \
    --parameters fsdocs-collection-name Hybrid >log 2>&1 || { cat log; exit 1; }

# fsdocs leaves out the ends of lines in outputs
for script in notebooks/[1-9]*.fsx; do
    name=$(basename "$script" .fsx)
    sed -E 's/^("|  *"text\/(plain|html)": \["[^"])(.*)",$/\1\3\\n",/; /^$/d' "made/$name.ipynb" >"$root/notebooks/$name.ipynb"
done
