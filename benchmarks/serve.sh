#!/usr/bin/env bash
# hybrid serve under load over loopback: latency at a steady rate, a reload under load, and a soak that looks at memory.
# Needs wrk and curl (Debian's packages). serve.sh [SECONDS]: of the soak, 120 by default.
set -euo pipefail

seconds=${1:-120}
root=$(cd "$(dirname "$0")/.." && pwd)
hybrid=${HYBRID:-dotnet $root/src/Hybrid.Cli/bin/Release/net10.0/Hybrid.Cli.dll}
folder=$(mktemp -d)
trap 'kill "$server" 2>/dev/null; rm -rf "$folder"' EXIT
cd "$folder"

$hybrid train iris --epochs 20 --output model.onnx >/dev/null
$hybrid train iris --epochs 30 --output other.onnx >/dev/null
$hybrid serve model.onnx --urls http://127.0.0.1:0 >said &
server=$!
until grep -q ' at ' said; do sleep 0.05; done
address=$(sed -n 's/.* at \(.*\)\.$/\1/p' said)

# 30 connections that wait up to 18 ms before each request, by chance, so that they do not come in bursts: about 3,000 a second
cat >row.lua <<'LUA'
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"sepal length (cm)":5.1,"sepal width (cm)":3.5,"petal length (cm)":1.4,"petal width (cm)":0.2}'
function delay() return math.random(0, 18) end
LUA

load() { wrk -t1 -c30 -d"$1"s --latency -s row.lua "$address/predict"; }
memory() { curl -s "$address/metrics" | sed -n 's/^dotnet_process_memory_working_set_bytes \(.*\)/\1/p'; }

load 3 >/dev/null
printf 'A steady rate:\n'
load 10 | grep -E '50%|99%|requests in|Requests/sec|Socket|Non-2xx' || true

printf 'A reload each second:\n'
(for _ in 1 2 3 4; do sleep 2 && cp other.onnx new && mv new model.onnx && sleep 2 && cp model.onnx new && touch new && mv new model.onnx; done) &
load 10 | grep -E '99%|requests in|Socket|Non-2xx' || true
wait $!
curl -s "$address/metrics" | grep '^hybrid_reloads'

printf 'A soak of %s s, as fast as it goes: bytes of memory before and after each quarter\n' "$seconds"
sed -i '/delay/d' row.lua
memory
for _ in 1 2 3 4; do
    load $((seconds / 4)) | grep -E 'requests in|Socket|Non-2xx'
    memory
done
kill -TERM "$server"
wait "$server"
