"""Models of LightGBM as text with their predictions, and losses of LightGBM on a small table.

    python3 Tests/Goldens/lightgbm_models.py Tests/Goldens/recorded/lightgbm

Writes NAME.txt for each model, rows.csv with rows to predict (`c` is a category by number, empty fields are missing),
predictions.json: {NAME: [[output, ...], ...]}, contributions.json: {NAME: [[contribution, ...], ...]}, for each row those of
the features and the expected score, class after class, and losses.json: {OBJECTIVE: loss on the validation rows}, of the tables
that Tests/TreesTests/LightGBMLossTests.swift makes by NumPy's generator. Needs lightgbm and numpy.
"""

import json
import pathlib
import sys

import lightgbm
import numpy as np

MODELS = {
    "binary": {"objective": "binary"},
    "multiclass": {"objective": "multiclass", "num_class": 3},
    "regression": {"objective": "regression"},
    "poisson": {"objective": "poisson"},
    "tweedie": {"objective": "tweedie", "tweedie_variance_power": 1.3},
    "zeros": {"objective": "regression", "zero_as_missing": True},
    "nothing_missing": {"objective": "regression", "use_missing": False},
    "scaled": {"objective": "binary", "sigmoid": 0.7},
}


def rows(count, seed):
    random = np.random.default_rng(seed)
    x = random.standard_normal((count, 3)).round(2)
    x[random.random((count, 3)) < 0.1] = 0
    x[random.random((count, 3)) < 0.15] = np.nan
    category = random.integers(0, 40, count).astype(float)
    category[random.random(count) < 0.1] = np.nan
    return np.column_stack([x, category])


def target(x, name):
    score = np.nan_to_num(x[:, 0]) ** 2 - np.nan_to_num(x[:, 1], nan=1) + np.isin(x[:, 3] % 7, [1, 3, 4]) * 2
    if name == "multiclass":
        return np.digitize(score, [0, 2])
    if name in ("binary", "scaled"):
        return (score > 1).astype(float)
    return np.floor(np.abs(score)) if name in ("poisson", "tweedie") else score


# ---- Losses ----

OBJECTIVES = ["regression", "regression_l1", "huber", "quantile", "poisson", "gamma", "tweedie", "binary", "multiclass"]

# Squared errors with one more setting.
VARIANTS = {
    "goss": {"data_sample_strategy": "goss"},
    "interactions": {"interaction_constraints": [[0, 1], [2, 3]]},
    "monotone": {"monotone_constraints": [1, 1, 0, 0]},
    "depth": {"max_depth": 3},
    "bagging": {"bagging_fraction": 0.5, "bagging_freq": 1},
}
QUERY = 15


def mean_gain(relevances, scores):
    """The mean normalised discounted cumulative gain of queries of 15 rows."""
    discounts, gains = 1 / np.log2(np.arange(QUERY) + 2), []
    for own, score in zip(relevances.reshape(-1, QUERY), scores.reshape(-1, QUERY)):
        best = ((2.0 ** np.sort(own)[::-1] - 1) * discounts).sum()
        if best > 0:
            gains.append(((2.0 ** own[np.argsort(-score, kind="stable")] - 1) * discounts).sum() / best)
    return float(np.mean(gains))


def table(seed, count=1500):
    """Four columns; the same numbers as PCG64's in the test."""
    random = np.random.default_rng(seed)
    x = random.random((count, 4)) * 4 - 2
    noise = random.random(count) - 0.5
    return x, np.sin(2 * x[:, 0]) + x[:, 1] * x[:, 2] + noise


def losses():
    result = {}
    for name in OBJECTIVES:
        (x, y), (vx, vy) = table(1), table(2)
        if name in ("poisson", "tweedie"):
            y, vy = np.floor(np.exp(y / 2)), np.floor(np.exp(vy / 2))
        elif name == "gamma":
            y, vy = np.exp(y / 2), np.exp(vy / 2)
        elif name == "binary":
            y, vy = (y > 0).astype(float), (vy > 0).astype(float)
        elif name == "multiclass":
            y, vy = np.digitize(y, [-1, 1]).astype(float), np.digitize(vy, [-1, 1]).astype(float)
        options = {"objective": name, "verbose": -1, "num_threads": 1, "deterministic": True, "seed": 1}
        if name == "multiclass":
            options["num_class"] = 3
        p = lightgbm.train(options, lightgbm.Dataset(x, y.astype(np.float32)), 100).predict(vx)
        alpha, r = 0.9, (p if p.ndim == 1 else p[:, 0]) - vy
        result[name] = float(np.mean({
            "regression": lambda: r**2 / 2,
            "regression_l1": lambda: np.abs(r),
            "huber": lambda: np.where(np.abs(r) <= alpha, r**2 / 2, alpha * (np.abs(r) - alpha / 2)),
            "quantile": lambda: np.where(r >= 0, (1 - alpha) * r, -alpha * r),
            "poisson": lambda: np.where(vy > 0, vy * np.log(np.maximum(vy, 1e-9) / p), 0) - (vy - p),
            "gamma": lambda: vy / p - 1 - np.log(vy / p),
            "tweedie": lambda: vy**0.5 / (-0.5 * 0.5) - vy * p**-0.5 / -0.5 + p**0.5 / 0.5,
            "binary": lambda: -np.log(np.where(vy > 0.5, p, 1 - p)),
            "multiclass": lambda: -np.log(p[np.arange(len(vy)), vy.astype(int)]),
        }[name]()))
    (x, y), (vx, vy) = table(1), table(2)
    own = {"verbose": -1, "num_threads": 1, "deterministic": True, "seed": 1}
    for name, options in VARIANTS.items():
        options = {"objective": "regression", **own, **options}
        p = lightgbm.train(options, lightgbm.Dataset(x, y.astype(np.float32)), 100).predict(vx)
        result[name] = float(np.mean((p - vy) ** 2 / 2))
    y, vy = np.digitize(y, [-1, 0.5, 1.5, 2.5]), np.digitize(vy, [-1, 0.5, 1.5, 2.5])
    data = lightgbm.Dataset(x, y, group=[QUERY] * (len(y) // QUERY))
    p = lightgbm.train({"objective": "lambdarank", **own}, data, 100).predict(vx)
    result["lambdarank"] = 1 - mean_gain(vy, p)
    return result


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    x, asked = rows(600, 1), rows(60, 2)
    asked[0], asked[1], asked[2] = [np.nan] * 4, [0, 0, 0, 99], [1e30, -1e30, 0, 0]
    with open(folder / "rows.csv", "w") as file:
        file.write("a,b,d,c\n")
        for row in asked:
            file.write(",".join("" if np.isnan(value) else repr(float(value)) for value in row) + "\n")
    predictions, contributions = {}, {}
    for name, options in MODELS.items():
        options = {"num_leaves": 9, "min_data_in_leaf": 5, "min_data_per_group": 10, "cat_smooth": 2, "verbose": -1,
                   "num_threads": 1, "deterministic": True, "seed": 1, **options}
        data = lightgbm.Dataset(x, target(x, name), categorical_feature=[3], params=options)
        model = lightgbm.train(options, data, 6)
        # Without the long list of parameters, which nobody reads.
        text = model.model_to_string()
        start, end = text.index("parameters:"), text.index("end of parameters\n") + len("end of parameters\n")
        (folder / f"{name}.txt").write_text(text[:start] + text[end:])
        predictions[name] = model.predict(asked).reshape(len(asked), -1).tolist()
        contributions[name] = model.predict(asked, pred_contrib=True).reshape(len(asked), -1).tolist()
    text = json.dumps({"lightgbm": lightgbm.__version__, **predictions}, separators=(",", ":"))
    (folder / "predictions.json").write_text(text + "\n")
    text = json.dumps({"lightgbm": lightgbm.__version__, **contributions}, separators=(",", ":"))
    (folder / "contributions.json").write_text(text + "\n")
    (folder / "losses.json").write_text(json.dumps({"lightgbm": lightgbm.__version__, **losses()}, indent=1) + "\n")


main()
