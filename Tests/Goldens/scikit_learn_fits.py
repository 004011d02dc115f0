"""Writes the data sets that ship with scikit-learn as CSV, split once, and what scikit-learn's models score on them.

    python3 Tests/Goldens/scikit_learn_fits.py Tests/Goldens/recorded/supervised

For each data set NAME_train.csv and NAME_validation.csv, and scores.json: {NAME: {MODEL: score}}, the accuracy of
classifications and R² of regressions on the validation rows, features standardised by the training rows.
"""

import json
import pathlib
import sys

import numpy
from sklearn import datasets
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

SEEDS = range(5)


def write(path, features, targets):
    with open(path, "w") as file:
        file.write(",".join([f"x{i}" for i in range(features.shape[1])] + ["target"]) + "\n")
        for row, target in zip(features, targets):
            file.write(",".join([f"{value:g}" for value in row] + [str(target)]) + "\n")


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    scores = {}
    for name in ("digits", "breast_cancer", "wine", "diabetes"):
        data = getattr(datasets, f"load_{name}")()
        is_regression = name == "diabetes"
        targets = data.target if is_regression else numpy.array([f"c{label}" for label in data.target])
        train_x, test_x, train_y, test_y = train_test_split(
            data.data, targets, test_size=0.25, random_state=0, stratify=None if is_regression else targets)
        write(folder / f"{name}_train.csv", train_x, train_y)
        write(folder / f"{name}_validation.csv", test_x, test_y)
        models = {"linear": LinearRegression(), "ridge": Ridge()} if is_regression else {"logistic": LogisticRegression()}
        scores[name] = {
            kind: make_pipeline(StandardScaler(), model).fit(train_x, train_y).score(test_x, test_y)
            for kind, model in models.items()
        }
        # A perceptron's score depends on its seed: the median of several.
        Perceptron = MLPRegressor if is_regression else MLPClassifier
        options = {"max_iter": 2000 if is_regression else 200, "early_stopping": is_regression}
        scores[name]["mlp"] = float(numpy.median([
            make_pipeline(StandardScaler(), Perceptron(random_state=seed, **options)).fit(train_x, train_y)
            .score(test_x, test_y)
            for seed in SEEDS
        ]))
    (folder / "scores.json").write_text(json.dumps(scores, indent=1) + "\n")


main()
