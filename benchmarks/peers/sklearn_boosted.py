"""The defaults of hybrid train beside gradient-boosted trees, on the same splits.

python3 benchmarks/peers/sklearn_boosted.py FOLDER [--hybrid COMMAND] [--seeds N] [TABLE …]

FOLDER holds any of the public tables below, under the names that github.com/jbrownlee/Datasets and, for housing.csv,
github.com/ageron/handson-ml2 give them; a table that is not there is left out. Friedman's first function, ringnorm and
Hastie's example 10.2 are generated. Each seed has its own quarter for testing. The trees are
HistGradientBoostingClassifier and HistGradientBoostingRegressor with their defaults, and categories as such.
"""
import argparse
import csv
import json
import subprocess
import tempfile
from pathlib import Path

import numpy
from sklearn.datasets import make_friedman1, make_hastie_10_2
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.metrics import accuracy_score, r2_score
from sklearn.model_selection import train_test_split

# a table is its rows of texts, the target last


def rows_of(path):
    with open(path, newline="") as file:
        rows = [[cell.strip().strip("'") for cell in row] for row in csv.reader(file) if row]
    return [["" if cell == "?" else cell for cell in row] for row in rows]


def headless(name):
    return lambda folder: rows_of(folder / name)


def adult(folder):
    rows = rows_of(folder / "adult-train.csv") + rows_of(folder / "adult-test.csv")
    return [row[:-1] + [row[-1].rstrip(".")] for row in rows]


def housing(folder):
    header, *rows = rows_of(folder / "housing.csv")
    target = header.index("median_house_value")
    return [row[:target] + row[target + 1:] + [row[target]] for row in rows]


def generated(x, y):
    return [[f"{value:.6g}" for value in row] + [str(target)] for row, target in zip(x, y)]


def friedman(_):
    return generated(*make_friedman1(10_000, noise=1.0, random_state=0))


def hastie(_):
    x, y = make_hastie_10_2(12_000, random_state=0)
    return generated(x, numpy.where(y > 0, "outer", "inner"))


def ringnorm(_):
    # Breiman, "Bias, variance, and arcing classifiers" (1996)
    random = numpy.random.default_rng(0)
    wide = random.standard_normal((3_700, 20)) * 2
    narrow = random.standard_normal((3_700, 20)) + 2 / numpy.sqrt(20)
    return generated(numpy.vstack([wide, narrow]), ["wide"] * 3_700 + ["narrow"] * 3_700)


# the reader, and whether the target is a quantity
TABLES = {
    "adult": (adult, False),
    "housing": (housing, True),
    "mammography": (headless("mammography.csv"), False),
    "phoneme": (headless("phoneme.csv"), False),
    "winequality-white": (headless("winequality-white.csv"), True),
    "abalone": (headless("abalone.csv"), True),
    "friedman1": (friedman, True),
    "hastie": (hastie, False),
    "ringnorm": (ringnorm, False),
}


def is_number(text):
    try:
        return text == "" or numpy.isfinite(float(text))
    except ValueError:
        return False


def columns(rows):
    """The features as numbers, with the indices of categories, and which of them are categories."""
    features, are_categories = [], []
    for column in list(zip(*rows))[:-1]:
        are_categories.append(not all(map(is_number, column)))
        names = {name: code for code, name in enumerate(sorted(set(column) - {""}))}
        features.append([numpy.nan if cell == "" else names[cell] if are_categories[-1] else float(cell) for cell in column])
    return numpy.array(features).T, are_categories


def trees(x, are_categories, targets, train, test, is_quantity):
    kind = HistGradientBoostingRegressor if is_quantity else HistGradientBoostingClassifier
    y = numpy.array(targets, dtype=float if is_quantity else str)
    model = kind(categorical_features=are_categories, random_state=0).fit(x[train], y[train])
    return (r2_score if is_quantity else accuracy_score)(y[test], model.predict(x[test]))


def network(command, rows, train, test, is_quantity, seed):
    with tempfile.TemporaryDirectory() as folder:
        for name, part in [("train", train), ("test", test)]:
            with open(f"{folder}/{name}.csv", "w", newline="") as file:
                writer = csv.writer(file)
                writer.writerow([f"x{i + 1}" for i in range(len(rows[0]) - 1)] + ["target"])
                writer.writerows(rows[i] for i in part)
        arguments = [
            "train", f"{folder}/train.csv", "--target", "target", "--test", f"{folder}/test.csv", "--json", "--seed", str(seed),
            "--task", "regression" if is_quantity else "classification", "-o", f"{folder}/model.onnx"]
        printed = subprocess.run([*command, *arguments], capture_output=True, text=True)
        if printed.returncode != 0:
            raise SystemExit(printed.stderr)
        result = json.loads(printed.stdout.strip().splitlines()[-1])
        return result["test"]["r2" if is_quantity else "accuracy"], result["seconds"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("tables", nargs="*", default=list(TABLES))
    parser.add_argument("--hybrid", default="hybrid")
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args()

    print("| table | examples | measure | hybrid train | boosted trees | difference, points | seconds of training |")
    print("|---|---|---|---|---|---|---|")
    for name in options.tables:
        read, is_quantity = TABLES[name]
        try:
            rows = read(options.folder)
        except FileNotFoundError:
            continue
        targets = [row[-1] for row in rows]
        x, are_categories = columns(rows)
        results = []
        for seed in range(1, options.seeds + 1):
            train, test = train_test_split(
                range(len(rows)), test_size=0.25, random_state=seed, stratify=None if is_quantity else targets)
            ours, seconds = network(options.hybrid.split(), rows, train, test, is_quantity, seed)
            results.append((ours, trees(x, are_categories, targets, train, test, is_quantity), seconds))
        ours, theirs, seconds = numpy.mean(results, axis=0)
        measure = "R²" if is_quantity else "accuracy"
        print(
            f"| {name} | {len(rows):,} | {measure} | {ours:.4f} | {theirs:.4f} | {100 * (ours - theirs):+.1f} | {seconds:.0f} |",
            flush=True)


if __name__ == "__main__":
    main()
