"""scikit-learn's time for one epoch of Fashion-MNIST: 784-256-128-10, batches of 128, Adam, shuffled.

Arguments: the folder of the data, and the number of epochs to measure after the first. Prints a line of JSON.
"""
import gzip
import json
import os
import sys
import time
import warnings

import numpy
from sklearn.neural_network import MLPClassifier


def read(folder, name, offset):
    path = os.path.join(folder, name)
    data = open(path, "rb").read() if os.path.exists(path) else gzip.open(path + ".gz").read()
    return numpy.frombuffer(data, numpy.uint8, offset=offset)


def main():
    folder, epochs = sys.argv[1], int(sys.argv[2])
    x = (read(folder, "train-images-idx3-ubyte", 16).reshape(-1, 784) / 255).astype(numpy.float32)
    y = read(folder, "train-labels-idx1-ubyte", 8)
    warnings.simplefilter("ignore")
    model = MLPClassifier((256, 128), solver="adam", batch_size=128, alpha=0, max_iter=1, warm_start=True)
    model.fit(x, y)
    times = []
    for _ in range(epochs):
        start = time.perf_counter()
        model.fit(x, y)
        times.append(time.perf_counter() - start)
    print(json.dumps({"seconds": sorted(times)[len(times) // 2]}))


if __name__ == "__main__":
    main()
