"""scikit-learn's tuned models on its built-in tables, with which benchmarks/README.md compares `hybrid train`.

Ten splits of each table (train_test_split, seeds 0 to 9, a quarter for testing; classes keep their shares): on the other
three quarters everything is chosen by GridSearchCV over 5 folds, refitted, and measured once on the test quarter.
Classes: StandardScaler and MLPClassifier (solver lbfgs, at most 1,000 iterations, random_state 0), hidden layers of 8, 32 or
100 units, alpha 0.001, 0.01, 0.1, 1 or 10. The quantity: StandardScaler and RidgeCV over 25 alphas from 0.001 to 1,000.
Prints one line of JSON per table: the mean over the splits of accuracy or R squared, and its deviation.

With a folder as the argument it writes the tables there instead, as CSV files with a header and the target last.
With a table's name and a file of `hybrid tune NAME --folds K --out-of-fold FILE` it does the same on these folds instead of splits.
"""
import csv
import json
import os
import sys
import warnings

import numpy
import sklearn
from sklearn import datasets
from sklearn.linear_model import RidgeCV
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

TABLES = {
    "iris": datasets.load_iris,
    "wine": datasets.load_wine,
    "breast_cancer": datasets.load_breast_cancer,
    "diabetes": lambda: datasets.load_diabetes(scaled=False),
}


def is_quantity(table):
    return not hasattr(table, "target_names")


def write(folder):
    os.makedirs(folder, exist_ok=True)
    for name, load in TABLES.items():
        table = load()
        target = table.target if is_quantity(table) else table.target_names[table.target]
        with open(os.path.join(folder, name + ".csv"), "w", encoding="utf-8") as file:
            print(*table.feature_names, "target", sep=",", file=file)
            for row, value in zip(table.data.tolist(), target.tolist()):
                print(*row, value, sep=",", file=file)


def tuned(table, training, held_out):
    if is_quantity(table):
        model = make_pipeline(StandardScaler(), RidgeCV(numpy.logspace(-3, 3, 25)))
    else:
        network = MLPClassifier(solver="lbfgs", max_iter=1000, random_state=0)
        model = GridSearchCV(
            make_pipeline(StandardScaler(), network),
            {
                "mlpclassifier__hidden_layer_sizes": [(8,), (32,), (100,)],
                "mlpclassifier__alpha": [0.001, 0.01, 0.1, 1, 10],
            },
            cv=5)
    return model.fit(table.data[training], table.target[training]).score(table.data[held_out], table.target[held_out])


def splits(table):
    rows = numpy.arange(len(table.target))
    return [
        train_test_split(rows, test_size=0.25, random_state=seed, stratify=None if is_quantity(table) else table.target)
        for seed in range(10)
    ]


def folds(path):
    with open(path, encoding="utf-8") as file:
        of_row = numpy.array([int(row["fold"]) for row in csv.DictReader(file)])
    return [(numpy.flatnonzero(of_row != fold), numpy.flatnonzero(of_row == fold)) for fold in sorted(set(of_row))]


def main():
    if len(sys.argv) == 2:
        write(sys.argv[1])
        return
    warnings.simplefilter("ignore")
    for name in sys.argv[1:2] or TABLES:
        table = TABLES[name]()
        parts = folds(sys.argv[2]) if len(sys.argv) > 2 else splits(table)
        scores = [tuned(table, training, held_out) for training, held_out in parts]
        print(json.dumps({
            "table": name,
            "mean": round(float(numpy.mean(scores)), 4),
            "sd": round(float(numpy.std(scores, ddof=1)), 4),
            "sklearn": sklearn.__version__,
        }), flush=True)


if __name__ == "__main__":
    main()
