"""Writes what scikit-learn and SciPy make of probabilities and fold scores.

    python3 Tests/Goldens/calibration.py Tests/Goldens/recorded/calibration.json

Probabilities of two and of three classes with labels; isotonic, sigmoid (on log-odds) and temperature calibration of them;
log loss, Brier score and expected calibration error; quantiles of Student's t; the corrected resampled t interval.
"""

import json
import pathlib
import sys

import numpy
import scipy.optimize
import scipy.special
import scipy.stats
from sklearn.calibration import _SigmoidCalibration
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import brier_score_loss, log_loss

random = numpy.random.default_rng(5)
n = 300
# Too sure of themselves: twice the log-odds of the truth.
odds = random.normal(0, 1.2, n)
labels = (random.random(n) < scipy.special.expit(odds)).astype(int)
two = numpy.round(scipy.special.expit(2 * odds + 0.3), 3).clip(0.001, 0.999)
places = [0.0, 0.0005, 0.01, 0.2, 0.31, 0.5, 0.77, 0.95, 0.9995, 1.0]
isotonic = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(two, labels)
sigmoid = _SigmoidCalibration().fit(scipy.special.logit(two), labels)

logits = random.normal(0, 1, (n, 3))
classes = numpy.array([random.choice(3, p=p) for p in scipy.special.softmax(logits, axis=1)])
three = scipy.special.softmax(2.5 * logits, axis=1)


def temperature(p, y):
    def loss(t):
        return log_loss(y, scipy.special.softmax(numpy.log(p) / t, axis=1))

    return scipy.optimize.minimize_scalar(loss, bounds=(0.01, 100), method="bounded", options={"xatol": 1e-10}).x


def ece(p, y, bins=15):
    best, confidence = p.argmax(axis=1), p.max(axis=1)
    bin = numpy.clip(numpy.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)
    return sum(
        abs(confidence[bin == b].mean() - (best[bin == b] == y[bin == b]).mean()) * (bin == b).mean()
        for b in range(bins) if (bin == b).any())


both = numpy.column_stack([1 - two, two])
scores = [0.91, 0.87, 0.93, 0.9, 0.88, 0.95, 0.89, 0.9, 0.92, 0.86]
mean, std = numpy.mean(scores), numpy.std(scores, ddof=1)
error = numpy.sqrt(1 / 10 + 0.25) * std
reach = scipy.stats.t.ppf(0.975, 9) * error
recorded = {
    "two": two.tolist(), "labels": labels.tolist(), "three": three.ravel().tolist(), "classes": classes.tolist(),
    "places": places, "isotonic": isotonic.predict(places).tolist(),
    "sigmoid": {"slope": -sigmoid.a_, "intercept": -sigmoid.b_},
    "temperature": {"two": temperature(both, labels), "three": temperature(three, classes)},
    "scores": {
        "two": [log_loss(labels, both), brier_score_loss(labels, two), ece(both, labels)],
        "three": [log_loss(classes, three), ((three - numpy.eye(3)[classes]) ** 2).sum(axis=1).mean(), ece(three, classes)],
    },
    "t": [[df, p, scipy.stats.t.ppf(p, df)] for df in [1, 2, 4, 9, 49, 1000] for p in [0.0005, 0.025, 0.3, 0.975, 0.995]],
    "folds": {
        "scores": scores, "ratio": 0.25, "mean": mean, "low": mean - reach, "high": mean + reach,
        "p": 2 * scipy.stats.t.sf(abs(mean - 0) / error, 9),
    },
}
pathlib.Path(sys.argv[1]).write_text(json.dumps(recorded) + "\n")
