"""Boosted trees, or a forest, by one library, on the rows that `bench models` has put into a folder.

One JSON line: CPU seconds of the fit, binning included, of predicting the validation rows, and of explaining the first 10,000
of them (SHAP values); AUC and log loss.
Libraries have their defaults but for what is said here: 100 trees, of boosting with 31 leaves and 255 bins, one thread.
"""

import argparse
import json
import pathlib
import time

import peer  # noqa: F401  one thread, before NumPy is loaded

import numpy as np


def auc(labels, scores):
    order = np.argsort(scores, kind="stable")
    ranks = np.empty(len(scores))
    ranks[order] = np.arange(1, len(scores) + 1)
    positives = labels.sum()
    return (ranks[labels == 1].sum() - positives * (positives + 1) / 2) / (positives * (len(labels) - positives))


def lightgbm(x, y, vx, arguments):
    import lightgbm

    options = {"objective": "binary", "num_leaves": 31, "learning_rate": 0.1, "max_bin": 255, "num_threads": 1,
               "verbose": -1, "use_quantized_grad": arguments.library == "lightgbm-quantised"}
    categories = list(range(x.shape[1] - arguments.categories, x.shape[1]))
    start = time.process_time()
    data = lightgbm.Dataset(x, y, categorical_feature=categories or "auto", params=options)
    model = lightgbm.train(options, data, 100)
    middle = time.process_time()
    p = model.predict(vx, num_threads=1)
    end = time.process_time()
    model.predict(vx[:10_000], pred_contrib=True, num_threads=1)
    return lightgbm.__version__, start, middle, end, p


def xgboost(x, y, vx, arguments):
    import xgboost

    options = {"objective": "binary:logistic", "max_leaves": 31, "max_depth": 0, "grow_policy": "lossguide",
               "eta": 0.1, "max_bin": 255, "tree_method": "hist", "nthread": 1}
    kinds = ["q"] * (x.shape[1] - arguments.categories) + ["c"] * arguments.categories
    start = time.process_time()
    data = xgboost.QuantileDMatrix(x, y, max_bin=255, nthread=1, feature_types=kinds, enable_categorical=True)
    model = xgboost.train(options, data, 100)
    middle = time.process_time()
    p = model.inplace_predict(vx)
    end = time.process_time()
    model.predict(xgboost.DMatrix(vx[:10_000], feature_types=kinds, enable_categorical=True), pred_contribs=True)
    return xgboost.__version__, start, middle, end, p


def forest(x, y, vx, arguments):
    import sklearn
    from sklearn import ensemble

    kind = ensemble.RandomForestClassifier if arguments.library == "random_forest" else ensemble.ExtraTreesClassifier
    start = time.process_time()
    model = kind(100, n_jobs=1, random_state=1).fit(x.astype(np.float32), y)
    middle = time.process_time()
    p = model.predict_proba(vx.astype(np.float32))[:, 1]
    return sklearn.__version__, start, middle, time.process_time(), p


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=pathlib.Path, required=True)
    parser.add_argument("--library", choices=["lightgbm", "lightgbm-quantised", "xgboost", "random_forest", "extra_trees"], required=True)
    parser.add_argument("--categories", type=int, default=0)
    arguments = parser.parse_args()

    def part(name):
        y = np.fromfile(arguments.folder / f"{name}.u8", np.uint8).astype(np.float64)
        x = np.fromfile(arguments.folder / f"{name}.f64").reshape(-1, len(y)).T
        return np.ascontiguousarray(x), y

    (x, y), (vx, vy) = part("training"), part("validation")
    libraries = {"xgboost": xgboost, "random_forest": forest, "extra_trees": forest}
    version, start, middle, end, p = libraries.get(arguments.library, lightgbm)(x, y, vx, arguments)
    explained = None if arguments.library in ("random_forest", "extra_trees") else time.process_time() - end
    p = np.clip(np.asarray(p, dtype=np.float64), 1e-7, 1 - 1e-7)
    print(json.dumps({
        "version": version, "fit": middle - start, "predict": end - middle, "explain": explained, "auc": float(auc(vy, p)),
        "logLoss": float(-np.mean(vy * np.log(p) + (1 - vy) * np.log(1 - p)))}))


main()
