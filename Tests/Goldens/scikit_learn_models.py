"""Records what scikit-learn's neighbours, elastic nets, gradient descents and isolation forests make of small data sets.

    python3 Tests/Goldens/scikit_learn_models.py Tests/Goldens/recorded/models

For `wine` (classes) and `diabetes` (numbers) NAME.json: features standardised by the training rows and rounded to single
precision, the targets, and what each model gives. Numbers to predict are standardised, too.
"""

import json
import pathlib
import sys

import numpy
from sklearn import datasets
from sklearn.ensemble import IsolationForest
from sklearn.linear_model import ElasticNet, SGDClassifier, SGDRegressor
from sklearn.model_selection import train_test_split
from sklearn.naive_bayes import BernoulliNB, MultinomialNB
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.preprocessing import StandardScaler

SEEDS = range(10)
NEIGHBOURS = [("euclidean", "uniform", 5), ("euclidean", "distance", 7), ("manhattan", "uniform", 3),
              ("manhattan", "distance", 10)]
NETS = [(1.0, 0.5, False), (0.1, 0.5, False), (0.01, 0.9, False), (0.05, 1.0, False), (0.02, 0.1, True)]


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("wine", "diabetes"):
        data = getattr(datasets, f"load_{name}")()
        is_regression = name == "diabetes"
        x, vx, y, vy = train_test_split(data.data, data.target, test_size=0.25, random_state=0)
        scaler = StandardScaler().fit(x)
        x, vx = (scaler.transform(part).astype(numpy.float32) for part in (x, vx))
        if is_regression:
            mean, deviation = y.mean(), y.std()
            y, vy = (((part - mean) / deviation).astype(numpy.float32) for part in (y, vy))
        wide, vwide = x.astype(numpy.float64), vx.astype(numpy.float64)
        record = {"features": int(x.shape[1]), "x": x.ravel().tolist(), "y": y.tolist(),
                  "validation_x": vx.ravel().tolist(), "validation_y": vy.tolist(), "neighbours": [], "nets": [],
                  "descents": [], "steps": [], "bayes": []}
        for metric, weights, k in NEIGHBOURS:
            Model = KNeighborsRegressor if is_regression else KNeighborsClassifier
            model = Model(n_neighbors=k, metric=metric, weights=weights, algorithm="brute").fit(wide, y)
            outputs = model.predict(vwide) if is_regression else model.predict_proba(vwide)
            record["neighbours"].append({"metric": metric, "weights": weights, "k": k,
                                         "outputs": numpy.ravel(outputs).tolist()})
        if is_regression:
            weights = 0.5 + numpy.arange(len(y)) % 3
            for alpha, share, positive in NETS:
                for fit_intercept, sample_weight in ((True, None), (True, weights), (False, None)):
                    model = ElasticNet(alpha=alpha, l1_ratio=share, positive=positive, fit_intercept=fit_intercept,
                                       tol=1e-9, max_iter=100000)
                    model.fit(wide, y.astype(numpy.float64), sample_weight=sample_weight)
                    record["nets"].append({"alpha": alpha, "l1_ratio": share, "positive": positive,
                                           "fit_intercept": fit_intercept, "is_weighted": sample_weight is not None,
                                           "coefficients": model.coef_.tolist(), "intercept": float(model.intercept_)})
        losses = ["squared_error", "huber", "epsilon_insensitive"] if is_regression else [
            "hinge", "log_loss", "modified_huber", "squared_hinge"]
        for loss in losses:
            for penalty, average in (("l2", False), ("l1", False), ("elasticnet", False), ("l2", True)):
                Model = SGDRegressor if is_regression else SGDClassifier
                scores = [Model(loss=loss, penalty=penalty, average=average, alpha=1e-3, random_state=seed)
                          .fit(wide, y).score(vwide, vy) for seed in SEEDS]
                record["descents"].append({"loss": loss, "penalty": penalty, "average": int(average),
                                           "score": float(numpy.mean(scores)), "deviation": float(numpy.std(scores))})
                # Rows in their order: three epochs of the class 1 against the others, or of the number.
                rates = ["invscaling", "constant"] if is_regression else ["optimal", "constant"]
                for rate in rates:
                    model = Model(loss=loss, penalty=penalty, average=average, alpha=1e-3, max_iter=3, tol=None,
                                  shuffle=False, learning_rate=rate, eta0=0.01)
                    model.fit(wide, y if is_regression else (y == 1).astype(int))
                    record["steps"].append({"loss": loss, "penalty": penalty, "average": int(average), "rate": rate,
                                            "coefficients": numpy.ravel(model.coef_).tolist(),
                                            "intercept": float(numpy.ravel(model.intercept_)[0])})
        if not is_regression:
            # Counts: absolute features, doubled and rounded.
            counts, vcounts = (numpy.abs(numpy.round(part * 2)) for part in (wide, vwide))
            for kind, Model in (("multinomial", MultinomialNB), ("bernoulli", BernoulliNB)):
                record["bayes"].append({"numbers": kind, "outputs": numpy.ravel(
                    Model(alpha=0.5).fit(counts, y).predict_proba(vcounts)).tolist()})
        record["isolation"] = numpy.mean(
            [IsolationForest(random_state=seed).fit(x).score_samples(x) for seed in SEEDS], axis=0).tolist()
        (folder / f"{name}.json").write_text(json.dumps(record) + "\n")


main()
