"""PyTorch's times for one setting of its threads, given by the environment: one line of JSON per workload.

Arguments: seconds to measure each workload, then workloads as
  step:784-256-128-10:128:momentum   or   inference:784-256-128-10:1
"""
import json
import sys
import time

import torch

RATE = 1e-3


def network(sizes):
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        if layers:
            layers.append(torch.nn.ReLU())
        layers.append(torch.nn.Linear(inputs, outputs))
    return torch.nn.Sequential(*layers)


def training_step(sizes, batch, rule):
    model = network(sizes)
    x = torch.rand(batch, sizes[0])
    target = torch.arange(batch) % sizes[-1]
    if rule == "adam":
        # foreach: all parameters at once, the fastest option of this version on a processor
        optimizer = torch.optim.Adam(model.parameters(), lr=RATE, foreach=True)
    else:
        momentum = 0.9 if rule == "momentum" else 0.0
        optimizer = torch.optim.SGD(model.parameters(), lr=RATE, momentum=momentum, foreach=True)
    loss_of = torch.nn.CrossEntropyLoss()

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss_of(model(x), target).backward()
        optimizer.step()

    return step


def inference(sizes, batch):
    model = network(sizes).eval()
    x = torch.rand(batch, sizes[0])

    def run():
        with torch.inference_mode():
            model(x)

    return run


def median(action, seconds, rounds=11):
    start, calls = time.perf_counter(), 0
    while calls < 3 or time.perf_counter() - start < seconds / 4:
        action()
        calls += 1
    each = max(1, int(calls * 4 / rounds))
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        for _ in range(each):
            action()
        times.append((time.perf_counter() - start) / each)
    return sorted(times)[rounds // 2]


def main():
    seconds = float(sys.argv[1])
    for workload in sys.argv[2:]:
        kind, sizes, batch, *rule = workload.split(":")
        sizes = [int(size) for size in sizes.split("-")]
        make = training_step(sizes, int(batch), rule[0]) if kind == "step" else inference(sizes, int(batch))
        print(json.dumps({"workload": workload, "seconds": median(make, seconds)}), flush=True)


if __name__ == "__main__":
    main()
