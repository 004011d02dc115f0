"""rlrun's models as scikit-learn's estimators: they stand in its pipelines, searches and cross-validations.

Parameters have the names and defaults of `rlrun models`.

>>> import numpy
>>> from rlrun.sklearn import GBDTClassifier
>>> x = numpy.array([[0.0], [1.0], [2.0], [3.0]] * 10)
>>> model = GBDTClassifier(n_estimators=5).fit(x, x[:, 0] > 1)
>>> bool(model.predict([[3.0]])[0])
True
"""

from __future__ import annotations

import inspect
import math
import os
from typing import Any, ClassVar

import numpy as np

from ._library import Error, Handle, call, column, taken, write_taken

try:
    from sklearn.base import BaseEstimator, ClassifierMixin, ClusterMixin, OutlierMixin, RegressorMixin, TransformerMixin
    from sklearn.utils.multiclass import check_classification_targets
    from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data
except ImportError as error:
    raise ImportError("this needs scikit-learn: pip install scikit-learn") from error


class _Fitted:
    """A fitted model in the library, which pickles as its bytes."""

    def __init__(self, number: int) -> None:
        self._handle = Handle(number)

    def outputs(self, x: np.ndarray) -> np.ndarray:
        rows, width = x.shape
        answer = call("model.predict", handle=self._handle.number, x=x.ctypes.data, rows=rows, width=width)
        return column(answer["values"], np.float32, (rows, answer["columns"]), Handle(answer["handle"]))

    def __getstate__(self) -> bytes:
        return taken(call("model.save", handle=self._handle.number))

    def __setstate__(self, state: bytes) -> None:
        self._handle = Handle(call("model.open", address=np.frombuffer(state, np.uint8).ctypes.data, count=len(state)))

    def __deepcopy__(self, memo: dict[int, Any]) -> _Fitted:
        return self


class _Estimator(BaseEstimator):
    """What all have in common."""

    _model: ClassVar[str]
    _takes_weights: ClassVar[bool]
    _takes_missing: ClassVar[bool]
    model_: _Fitted

    def _fit(self, x: np.ndarray, y: np.ndarray | None, classes: int | None, sample_weight: Any) -> None:
        weights = None
        if sample_weight is not None:
            if not self._takes_weights:
                raise Error(f"{type(self).__name__} takes no weights of rows: leave sample_weight out")
            weights = _check_sample_weight(sample_weight, x, dtype=np.float64)
            kept = weights != 0
            if kept.any() and not kept.all():
                # A row without weight is no row: not one to put a threshold beside, either.
                x, weights = np.ascontiguousarray(x[kept]), weights[kept]
                y = None if y is None else y[kept]
            weights = np.ascontiguousarray(weights)
        values = {name: _value(value) for name, value in self.get_params(deep=False).items() if name != "random_state"}
        if isinstance(values.get("class_weight"), dict):
            del values["class_weight"]
        seed = getattr(self, "random_state", None)
        if seed is None:
            seed = 0
        elif not isinstance(seed, (int, np.integer)):
            seed = int(np.random.RandomState().randint(2**31) if not hasattr(seed, "randint") else seed.randint(2**31))
        targets = None if y is None else np.ascontiguousarray(y, np.float64)
        try:
            fitted = call(
                "model.fit", model=self._model, values=values, x=x.ctypes.data, rows=x.shape[0], width=x.shape[1],
                y=None if targets is None else targets.ctypes.data, classes=classes,
                weights=None if weights is None else weights.ctypes.data, seed=int(seed) % 2**63)
        except Error as error:
            # Scikit-learn's callers expect its kind of error.
            raise ValueError(f"{error} (n_samples = {x.shape[0]})") from error
        self.model_ = _Fitted(fitted["handle"])
        #: Epochs, or iterations, of the fit.
        self.n_iter_ = max(1, fitted["steps"])

    def _rows(self, x: Any, *, reset: bool) -> np.ndarray:
        missing = "allow-nan" if self._takes_missing else True
        checked = validate_data(self, x, reset=reset, dtype=np.float64, ensure_all_finite=missing)
        return np.ascontiguousarray(checked)

    def _outputs(self, x: Any) -> np.ndarray:
        check_is_fitted(self, "model_")
        return self.model_.outputs(self._rows(x, reset=False)).astype(np.float64)

    def to_onnx(self, path: str | os.PathLike[str]) -> None:
        """Writes the fitted model, with the scaling of its features, as an ONNX model of an input `X`, rows `[n, d]` of doubles.

        Its outputs are `label` and `probabilities` of a classifier, `prediction` of a regressor, else the columns that
        `rlrun predict` writes. Labels are numbers where the classes are whole ones, else texts.
        """
        check_is_fitted(self, "model_")
        classes = getattr(self, "classes_", None)
        labels = numbers = None
        if classes is not None:
            is_whole = classes.dtype.kind in "iub" or classes.dtype.kind == "f" and (classes == classes.astype(np.int64)).all()
            labels, numbers = (None, classes.astype(np.int64)) if is_whole else ([str(one) for one in classes], None)
        write_taken(call("model.onnx", handle=self.model_._handle.number, labels=labels, numbers=numbers), path)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = self._takes_missing
        return tags


class _Classifier(ClassifierMixin, _Estimator):
    classes_: np.ndarray

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Any:
        """Fits to rows `[n, d]` and their classes."""
        if y is None:
            raise ValueError(f"{type(self).__name__} requires y to be passed, but the target y is None")
        missing = "allow-nan" if self._takes_missing else True
        X, y = validate_data(self, X, y, dtype=np.float64, ensure_all_finite=missing)
        check_classification_targets(y)
        self.classes_, labels = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError("a classifier needs rows of two classes or more; these have one class")
        if isinstance(getattr(self, "class_weight", None), dict):
            if not self._takes_weights:
                raise Error(f"class_weight of {type(self).__name__} is 'balanced' or 'none': it takes no weights of single classes")
            rows = np.array([self.class_weight.get(one, 1.0) for one in self.classes_.tolist()], np.float64)[labels]
            sample_weight = rows if sample_weight is None else rows * _check_sample_weight(sample_weight, X)
        self._fit(np.ascontiguousarray(X), labels, len(self.classes_), sample_weight)
        return self

    def predict_proba(self, X: Any) -> np.ndarray:
        """The probabilities of the classes, `[n, classes]`."""
        outputs = self._outputs(X)
        return outputs / outputs.sum(axis=1, keepdims=True)

    def predict(self, X: Any) -> np.ndarray:
        """The most probable class of each row."""
        outputs = self._outputs(X)
        return self.classes_[outputs.argmax(axis=1)]


class _Regressor(RegressorMixin, _Estimator):
    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Any:
        """Fits to rows `[n, d]` and their numbers."""
        if y is None:
            raise ValueError(f"{type(self).__name__} requires y to be passed, but the target y is None")
        missing = "allow-nan" if self._takes_missing else True
        X, y = validate_data(self, X, y, dtype=np.float64, ensure_all_finite=missing, y_numeric=True)
        self._fit(np.ascontiguousarray(X), y, None, sample_weight)
        return self

    def predict(self, X: Any) -> np.ndarray:
        """The predicted number of each row."""
        return self._outputs(X)[:, 0]


class _Cluster(ClusterMixin, _Estimator):
    labels_: np.ndarray

    def fit(self, X: Any, y: Any = None) -> Any:
        """Finds clusters of rows `[n, d]`."""
        x = self._rows(X, reset=True)
        self._fit(x, None, None, None)
        self.labels_ = self.model_.outputs(x)[:, 0].astype(np.int64)
        return self

    def predict(self, X: Any) -> np.ndarray:
        """The cluster of each row."""
        return self._outputs(X)[:, 0].astype(np.int64)


class _Transformer(TransformerMixin, _Estimator):
    def fit(self, X: Any, y: Any = None) -> Any:
        """Finds components of rows `[n, d]`."""
        self._fit(self._rows(X, reset=True), None, None, None)
        return self

    def transform(self, X: Any) -> np.ndarray:
        """The components of each row."""
        return self._outputs(X)


class _Outliers(OutlierMixin, _Estimator):
    offset_: float
    contamination: float | None

    def fit(self, X: Any, y: Any = None) -> Any:
        """Learns how rows `[n, d]` lie."""
        x = self._rows(X, reset=True)
        self._fit(x, None, None, None)
        scores = self.model_.outputs(x)[:, 1].astype(np.float64)
        #: Rows that score below are outliers.
        self.offset_ = -0.5 if self.contamination is None else float(np.percentile(scores, 100 * self.contamination))
        return self

    def score_samples(self, X: Any) -> np.ndarray:
        """How usual each row is: the lower, the more of an outlier."""
        return self._outputs(X)[:, 1]

    def decision_function(self, X: Any) -> np.ndarray:
        """The same, below 0 for outliers."""
        return self.score_samples(X) - self.offset_

    def predict(self, X: Any) -> np.ndarray:
        """−1 for an outlier, 1 for another row."""
        return np.where(self.decision_function(X) < 0, -1, 1)


def _value(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


_NAMES = {
    "linear": "Linear", "ridge": "Ridge", "elastic_net": "ElasticNet", "logistic": "Logistic", "sgd": "SGD",
    "naive_bayes": "NaiveBayes", "knn": "KNeighbors", "gbdt": "GBDT", "random_forest": "RandomForest",
    "extra_trees": "ExtraTrees", "decision_tree": "DecisionTree", "mlp": "MLP", "kmeans": "KMeans", "pca": "PCA",
    "isolation_forest": "IsolationForest",
}
_KINDS = {"classification": (_Classifier, "Classifier"), "regression": (_Regressor, "Regressor")}
#: Models that know what to do with a missing value.
_MISSING = {"gbdt", "naive_bayes"}


def _fit_without_weights(base: type) -> Any:
    def fit(self: Any, X: Any, y: Any) -> Any:
        return base.fit(self, X, y)  # type: ignore[attr-defined]

    fit.__doc__ = base.fit.__doc__  # type: ignore[attr-defined]
    return fit


def _initializer(settings: list[dict[str, Any]]) -> Any:
    defaults = {one["name"]: tuple(one["default"]) if isinstance(one["default"], list) else one["default"] for one in settings}
    defaults["random_state"] = None
    parameters = [inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)] + [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default) for name, default in defaults.items()
    ]

    def __init__(self: Any, **given: Any) -> None:
        for name in given:
            if name not in defaults:
                raise TypeError(f"{type(self).__name__} has no parameter {name!r}")
        for name, default in defaults.items():
            setattr(self, name, given.get(name, default))

    __init__.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return __init__


def _make() -> list[str]:
    names = []
    for model in call("models.list"):
        # scikit-learn has no form for several quantiles of a row.
        if model["tasks"] == ["quantile"]:
            continue
        bases = [_KINDS[task] for task in model["tasks"] if task in _KINDS] or [
            {"kmeans": (_Cluster, ""), "pca": (_Transformer, ""), "isolation_forest": (_Outliers, "")}[model["name"]]
        ]
        for base, suffix in bases:
            name = _NAMES.get(model["name"], model["name"].title().replace("_", "")) + suffix
            lines = [f"    {one['name']}: {one['meaning']}; {one['range']}" for one in model["settings"]]
            own = {} if model["takesWeights"] or not model["tasks"] else {"fit": _fit_without_weights(base)}
            made = type(
                name, (base,),
                {
                    **own,
                    "__init__": _initializer(model["settings"]), "__module__": __name__, "_model": model["name"],
                    "_takes_weights": model["takesWeights"], "_takes_missing": model["name"] in _MISSING,
                    "__doc__": "\n".join([model["summary"][:1].upper() + model["summary"][1:] + ".", "", "Parameters:", "", *lines]),
                })
            globals()[name] = made
            names.append(name)
    return sorted(names)


__all__ = _make()
