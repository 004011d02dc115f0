"""Records what scikit-learn's and pandas' transformers make of small tables, for Tests/PipelinesTests and DatasetsTests.

    python3 Tests/Goldens/pipelines.py

Needs scikit-learn 1.9 and pandas 3. Writes recorded/pipelines/steps.json, rows.json and folds.json beside this file. A case of
steps.json has a step with its parameters as a pipeline has them, training and test columns, and the columns that come of
them, row by row in `train` and `test`; null is a missing value. `tolerance` is relative, 1e-12 unless said.
"""

import json
import math
import pathlib

import numpy as np
import pandas as pd
import sklearn
from sklearn import feature_extraction, feature_selection, impute, model_selection, preprocessing
from sklearn.decomposition import PCA
from sklearn.experimental import enable_iterative_imputer  # noqa: F401
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

FOLDER = pathlib.Path(__file__).parent / "recorded" / "pipelines"
random = np.random.default_rng(5)
cases = []


def plain(values):
    return [None if v is None or v is pd.NA or (isinstance(v, float) and math.isnan(v)) else
            v if isinstance(v, str) else float(v) for v in values]


def column(values):
    kind = "text" if any(isinstance(v, str) for v in values) else "number"
    return {"kind": kind, "values": plain(values)}


def record(name, step, parameters, train, test, made_train, made_test, names=None, target=None, tolerance=1e-12):
    """`train` and `test` are data frames, `made_*` arrays `[rows, columns]` or None where only the other counts."""
    dense = lambda x: None if x is None else [plain(row) for row in np.asarray(x.todense() if hasattr(x, "todense") else x, dtype=object)]
    frame = lambda f: {c: column(f[c].tolist()) for c in f.columns}
    cases.append({
        "name": name, "step": {step: parameters}, "columns": list(test.columns), "trainingColumns": frame(train), "testColumns": frame(test),
        "target": target, "train": dense(made_train), "test": dense(made_test), "names": names, "tolerance": tolerance})


def numbers(rows, missing=False):
    # Few digits, so that the file is small.
    frame = pd.DataFrame({
        "normal": random.normal(3, 2, rows), "skewed": random.exponential(5, rows), "ties": random.integers(0, 4, rows).astype(float),
        "large": random.normal(1e9, 1, rows), "constant": np.full(rows, 0.1)}).round(3)
    if missing:
        for c in ["normal", "ties"]:
            frame.loc[random.choice(rows, rows // 5, replace=False), c] = np.nan
    return frame


train, test = numbers(30, missing=True), numbers(12, missing=True)
single = numbers(1)
test.loc[3, "skewed"] = 1e4
test.loc[4, "skewed"] = -50
scalers = [
    ("standard", preprocessing.StandardScaler, {}), ("standard", preprocessing.StandardScaler, {"with_mean": False}),
    ("standard", preprocessing.StandardScaler, {"with_std": False}),
    ("min_max", preprocessing.MinMaxScaler, {}), ("min_max", preprocessing.MinMaxScaler, {"feature_range": [-1, 3], "clip": True}),
    ("robust", preprocessing.RobustScaler, {}),
    ("robust", preprocessing.RobustScaler, {"quantile_range": [10, 80], "unit_variance": True, "with_centering": False}),
    ("quantile", preprocessing.QuantileTransformer, {"n_quantiles": 17}),
    ("quantile", preprocessing.QuantileTransformer, {"n_quantiles": 1000, "output_distribution": "normal"}),
]
for step, kind, parameters in scalers:
    made = kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in parameters.items()})
    for text, frame in [("", train), (" of one row", single)]:
        made.fit(frame)
        # The last bit of a mean near 1e9, which depends on the order of the sum, is 1e-7.
        record(f"{step} {parameters}{text}", step, parameters, frame, test, made.transform(frame), made.transform(test),
               list(frame.columns), tolerance=1e-6 if step == "standard" else 1e-9)
small = train[["normal", "skewed", "ties"]]
for step, kind, parameters in scalers:
    made = kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in parameters.items()}).fit(small)
    record(f"{step} {parameters} exactly", step, parameters, small, test[small.columns], made.transform(small),
           made.transform(test[small.columns]), tolerance=1e-12 if parameters.get("output_distribution") != "normal" else 1e-11)

# scipy finds λ to 1e-8 only, so what follows from it is compared to 1e-6.
for method in ["yeo-johnson", "box-cox"]:
    for standardize in [True, False]:
        frame = train[["skewed"]].assign(wide=np.exp(train["skewed"] / 3) + 1)
        if method == "yeo-johnson":
            frame = train[["skewed", "normal"]].assign(negative=-train["skewed"] ** 2, same=2.5)
        made = preprocessing.PowerTransformer(method=method, standardize=standardize).fit(frame)
        later = frame.iloc[:9] * 1.5
        record(f"power {method} {standardize}", "power", {"method": method, "standardize": standardize}, frame, later,
               made.transform(frame), made.transform(later), tolerance=2e-6)

frame = pd.DataFrame({"a": random.exponential(3, 10)})
record("log", "log", {}, frame, frame, np.log1p(frame), np.log1p(frame))
record("log10", "log", {"function": "log10"}, frame, frame, np.log10(frame), np.log10(frame))

bins = pd.DataFrame({"a": random.normal(0, 1, 80), "b": random.exponential(1, 80), "c": random.integers(0, 3, 80).astype(float), "d": 1.0}).round(3).iloc[:40]
later = pd.DataFrame({"a": random.normal(0, 2, 30), "b": random.exponential(2, 30), "c": random.integers(-1, 5, 30).astype(float), "d": 3.0}).round(3).iloc[:15]
for parameters in [
    {}, {"strategy": "uniform"}, {"strategy": "kmeans"}, {"encode": "ordinal", "n_bins": 7}, {"strategy": "kmeans", "encode": "ordinal", "n_bins": 4},
    {"encode": "ordinal", "quantile_method": "linear"}, {"encode": "ordinal", "strategy": "uniform", "n_bins": 3}]:
    # Of fewer values than centres scikit-learn's come out by the order of a partition.
    chosen = ["a", "b", "d"] if parameters.get("strategy") == "kmeans" else list(bins.columns)
    made = preprocessing.KBinsDiscretizer(**{"subsample": None, **parameters}).fit(bins[chosen])
    record(f"bins {parameters}", "bins", parameters, bins[chosen], later[chosen], made.transform(bins[chosen]), made.transform(later[chosen]))

for parameters in [{}, {"degree": 3}, {"degree": 3, "interaction_only": True, "include_bias": False}, {"degree": 1}]:
    frame = pd.DataFrame({"a": random.normal(0, 1, 6), "b": random.normal(0, 1, 6), "c": random.normal(0, 1, 6)}).round(2)
    made = preprocessing.PolynomialFeatures(**parameters).fit(frame)
    record(f"polynomial {parameters}", "polynomial", parameters, frame, frame, made.transform(frame), made.transform(frame),
           list(made.get_feature_names_out()))

for name, rows, width, parameters in [
    ("all", 60, 5, {}), ("three", 60, 5, {"n_components": 3}), ("share", 60, 5, {"n_components": 0.9}),
    ("white", 60, 5, {"n_components": 2, "whiten": True}), ("wide", 8, 12, {"n_components": 4})]:
    frame = pd.DataFrame(random.normal(0, 1, (rows, width)) @ random.normal(0, 1, (width, width)) + 5, columns=[f"x{i}" for i in range(width)]).round(3)
    made = PCA(**parameters).fit(frame)
    record(f"pca {name}", "pca", parameters, frame, frame.iloc[:7], made.transform(frame), made.transform(frame.iloc[:7]), tolerance=1e-10)

frame = train.assign(nearly=1.0)
frame.loc[0, "nearly"] = 1.1
for threshold in [0.0, 0.5, 10.0]:
    made = feature_selection.VarianceThreshold(threshold).fit(frame)
    kept = list(frame.columns[made.get_support()])
    record(f"select {threshold}", "select", {"threshold": threshold}, frame, test.assign(nearly=1.0), frame[kept], test.assign(nearly=1.0)[kept], kept)
frame = pd.DataFrame({"a": random.normal(0, 1, 50)})
frame["b"] = frame["a"] + random.normal(0, 0.3, 50)
frame["c"] = -frame["a"] + random.normal(0, 2, 50)
frame = frame.round(3)
frame.loc[:9, "c"] = np.nan
for limit in [0.2, 0.6, 0.99]:
    kept = []
    for c in frame.columns:
        if all(abs(frame[c].corr(frame[k])) <= limit for k in kept):
            kept.append(c)
    record(f"correlation {limit}", "select", {"max_correlation": limit}, frame, frame, frame[kept], frame[kept], kept)

words = ["red", "green", "blue", "violet", "red", "red", "green", "red", "blue", "red", "Zinc", "älter"]
frame = pd.DataFrame({"color": words, "size": ["s", "l"] * 6, "empty": ["x", None] * 6})
later = pd.DataFrame({"color": ["blue", "pink", "red", "violet"], "size": ["l", "s", "l", "m"], "empty": [None, "x", "x", "y"]})
for parameters in [
    {}, {"handle_unknown": "ignore"}, {"handle_unknown": "ignore", "drop": "first"}, {"handle_unknown": "ignore", "drop": "if_binary"},
    {"handle_unknown": "infrequent_if_exist", "min_frequency": 2}, {"handle_unknown": "infrequent_if_exist", "min_frequency": 0.2},
    {"handle_unknown": "infrequent_if_exist", "max_categories": 3}, {"handle_unknown": "ignore", "max_categories": 2, "drop": "first"}]:
    import warnings
    warnings.simplefilter("ignore")
    made = preprocessing.OneHotEncoder(**parameters).fit(frame)
    names = [n.replace("infrequent_sklearn", "infrequent").replace("_nan", "_missing").replace("_", "=", 1) for n in made.get_feature_names_out()]
    for sparse in [False, True]:
        record(f"one_hot {parameters} {sparse}", "one_hot", {**parameters, "sparse_output": sparse}, frame, later, made.transform(frame),
               made.transform(later) if parameters else None, names)
for parameters, own in [
    ({}, {}), ({"handle_unknown": "use_encoded_value", "unknown_value": -1}, {}),
    ({"handle_unknown": "use_encoded_value", "unknown_value": np.nan}, {"handle_unknown": "use_encoded_value"}),
    ({"handle_unknown": "use_encoded_value", "unknown_value": -1, "encoded_missing_value": -2}, {}),
    ({"handle_unknown": "use_encoded_value", "unknown_value": -1, "max_categories": 3}, {})]:
    made = preprocessing.OrdinalEncoder(**parameters).fit(frame)
    record(f"ordinal {parameters}", "ordinal", own or parameters, frame, later, made.transform(frame), made.transform(later) if parameters else None,
           list(frame.columns))

rows = 40
frame = pd.DataFrame({"city": random.choice(["Rome", "Oslo", "Bern", "Lima"], rows).tolist(), "kind": random.choice(["a", "b", None], rows).tolist()})
frame["city"] = frame["city"].where(frame.index != 7, "once")
later = pd.DataFrame({"city": ["Rome", "new", "once", "Lima"], "kind": ["a", None, "b", "c"]})
targets = {
    "continuous": random.normal(5, 2, rows).round(3), "binary": random.choice(["no", "yes"], rows),
    "multiclass": random.choice(["u", "v", "w"], rows)}
for kind, y in targets.items():
    for parameters in [{}, {"smooth": 3.0}]:
        cv = (model_selection.KFold if kind == "continuous" else model_selection.StratifiedKFold)(5)
        made = preprocessing.TargetEncoder(**parameters, cv=cv)
        own = made.fit_transform(frame, y)
        whole = frame.assign(y=y)
        names = None
        record(f"target {kind} {parameters}", "target", {**parameters, "shuffle": False}, whole, later, own, made.transform(later), names, target="y")

hashed = feature_extraction.FeatureHasher(n_features=16, input_type="dict")
rows_of = lambda f: [{k: v for k, v in row.items() if v is not None} for row in f.to_dict("records")]
made = lambda f: hashed.transform(rows_of(f.astype(object).where(f.notna(), None)))
record("hash", "hash", {"n_features": 16}, frame, later, made(frame), made(later))
hashed = feature_extraction.FeatureHasher(n_features=7, input_type="dict", alternate_sign=False)
record("hash without sign", "hash", {"n_features": 7, "alternate_sign": False}, frame, later, made(frame), made(later))

frequency = {c: frame[c].fillna("?").value_counts(normalize=True) for c in frame.columns}
count = lambda f: np.stack([[frequency[c].get(v, 0.0) for v in f[c].fillna("?")] for c in frame.columns], 1)
record("frequency", "frequency", {}, frame, later, count(frame), count(later))

gaps = pd.DataFrame({"a": [1.0, np.nan, 3.0, 8.0, 3.0, np.nan], "b": [np.nan] * 6, "c": [2.0, 2.0, 7.0, 7.0, 5.0, 5.0]})
later = pd.DataFrame({"a": [np.nan, 5.0], "b": [1.0, np.nan], "c": [np.nan, 9.0]})
for parameters in [{}, {"strategy": "median"}, {"strategy": "most_frequent"}, {"strategy": "constant", "fill_value": "4.5"},
                   {"keep_empty_features": True}]:
    given = {k: float(v) if k == "fill_value" else v for k, v in parameters.items()}
    made = impute.SimpleImputer(**given).fit(gaps)
    record(f"impute {parameters}", "impute", parameters, gaps, later, made.transform(gaps), made.transform(later))
words = pd.DataFrame({"w": ["b", None, "a", "b", "a"]})
made = impute.SimpleImputer(strategy="most_frequent", missing_values=None).fit(words.astype(object).where(words.notna(), None))
record("impute words", "impute", {"strategy": "most_frequent"}, words, words, made.transform(words.astype(object).where(words.notna(), None)), None)

# Draws of their own, so that those of the other cases stay as they are.
own = np.random.default_rng(9)
def holes(rows):
    base = own.normal(size=(rows, 2))
    frame = pd.DataFrame({"a": base[:, 0], "b": base[:, 0] * 2 + base[:, 1] / 2, "c": base[:, 1] * 10 + 100, "d": own.normal(size=rows)}).round(3)
    return frame.mask(own.random(frame.shape) < np.array([0.2, 0.1, 0.25, 0.0]))
holed, later = holes(40), holes(15)
later.loc[3, "d"] = np.nan
later.loc[4] = np.nan
for parameters in [{"n_neighbors": 3}, {"n_neighbors": 4, "weights": "distance"}, {"n_neighbors": 39}]:
    made = impute.KNNImputer(**parameters).fit(holed)
    record(f"impute knn {parameters}", "impute", {"strategy": "knn", **parameters}, holed, later, made.transform(holed), made.transform(later), tolerance=1e-9)
for parameters in [{}, {"max_iter": 2}, {"max_iter": 50, "tol": 1e-8}]:
    made = impute.IterativeImputer(**parameters)
    transformed = made.fit_transform(holed)
    record(f"impute model {parameters}", "impute", {"strategy": "model", **parameters}, holed, later, transformed, made.transform(later), tolerance=1e-7)

documents = pd.DataFrame({"text": [
    "The cat sat on the mat.", "A dog sat on the log; the dog barked!", "Cats and dogs: snake_case 42", "Ünïcode straße çà ÉCOLE", "the the the", "x y z"]})
later = pd.DataFrame({"text": ["the dog and the snake_case école", "nothing known", "cat   mat"]})
for step, kind, parameters in [
    ("count_words", CountVectorizer, {}), ("count_words", CountVectorizer, {"binary": True, "lowercase": False}),
    ("count_words", CountVectorizer, {"ngram_range": [1, 2], "stop_words": ["the", "on"]}),
    ("count_words", CountVectorizer, {"analyzer": "char", "ngram_range": [1, 3]}),
    ("count_words", CountVectorizer, {"analyzer": "char_wb", "ngram_range": [2, 4]}),
    ("count_words", CountVectorizer, {"min_df": 2}), ("count_words", CountVectorizer, {"max_df": 0.4, "max_features": 1}),
    ("tfidf", TfidfVectorizer, {}), ("tfidf", TfidfVectorizer, {"norm": "l1", "smooth_idf": False}),
    ("tfidf", TfidfVectorizer, {"use_idf": False, "sublinear_tf": True}), ("tfidf", TfidfVectorizer, {"norm": "none", "binary": True})]:
    given = {k: tuple(v) if k == "ngram_range" else None if v == "none" else v for k, v in parameters.items()}
    made = kind(**given).fit(documents["text"])
    names = [f"text={n}" for n in made.get_feature_names_out()]
    record(f"{step} {parameters}", step, {**parameters, "columns": ["text"]}, documents, later, made.transform(documents["text"]),
           made.transform(later["text"]), names)

FOLDER.mkdir(parents=True, exist_ok=True)
text = json.dumps({"scikit-learn": sklearn.__version__, "cases": cases}, ensure_ascii=False, separators=(",", ":"))
(FOLDER / "steps.json").write_text(text + "\n")

# Rows: pandas.
people = pd.DataFrame({
    "shop": ["b", "a", "b", None, "a", "b", "a", None], "day": [3, 1, 1, 2, 2, 2, 1, 1], "price": [1.5, 2.0, None, 4.0, 5.5, 1.5, 2.0, 7.0]})
shops = pd.DataFrame({"shop": ["a", "b", "b", "c"], "price": [10, 20, 30, 40], "size": [1.0, 2.0, 3.0, 4.0]})
frame = lambda f: {c: column(f[c].tolist()) for c in f.columns}
row_cases = []


def rows_case(step, parameters, made):
    row_cases.append({"step": {step: parameters}, "made": frame(made)})


rows_case("group", {"by": ["shop"], "aggregates": [
    "n = count()", "prices = count(price)", "total = sum(price)", "m = mean(price)", "med = median(price)", "sd = std(price)", "lo = min(price)",
    "hi = max(price)", "f = first(price)", "l = last(price)", "u = n_unique(price)"]},
    people.groupby("shop", dropna=False).agg(
        n=("day", "size"), prices=("price", "count"), total=("price", "sum"), m=("price", "mean"), med=("price", "median"),
        sd=("price", "std"), lo=("price", "min"), hi=("price", "max"), f=("price", "first"), l=("price", "last"), u=("price", "nunique")).reset_index())
rows_case("deduplicate", {}, people.drop_duplicates())
rows_case("deduplicate", {"columns": ["shop"], "keep": "last"}, people.drop_duplicates(["shop"], keep="last"))
rows_case("deduplicate", {"columns": ["shop", "day"], "keep": "none"}, people.drop_duplicates(["shop", "day"], keep=False))
rows_case("sort", {"by": ["shop", "price"]}, people.sort_values(["shop", "price"], kind="stable"))
rows_case("sort", {"by": ["day"], "ascending": False}, people.sort_values("day", kind="stable", ascending=False))
lagged = people.copy()
ordered = people.sort_values("day", kind="stable").groupby("shop", dropna=False)["price"]
lagged["price.lag1"], lagged["price.lag-1"] = ordered.shift(1), ordered.shift(-1)
rows_case("lags", {"columns": ["price"], "lags": [1, -1], "by": ["shop"], "order": ["day"]}, lagged)
known = people[people["shop"].notna()]
inner = known.merge(shops, on="shop", how="inner", suffixes=("", "_right"))
rows_case("join", {"table": "shops", "on": ["shop"], "how": "inner"}, inner)
left = people.reset_index().merge(shops.assign(key=shops["shop"]), left_on="shop", right_on="key", how="left", suffixes=("", "_right"))
left = left.sort_values("index", kind="stable")[["shop", "day", "price", "price_right", "size"]]
rows_case("join", {"table": "shops", "on": ["shop"]}, left)
(FOLDER / "rows.json").write_text(json.dumps(
    {"pandas": pd.__version__, "table": frame(people), "shops": frame(shops), "cases": row_cases}, separators=(",", ":")) + "\n")

# Folds.
strata = random.integers(0, 3, 23).tolist()
groups = random.integers(0, 7, 23).tolist()
tests = lambda folds: [{"training": a.tolist(), "test": b.tolist()} for a, b in folds]
x = np.zeros(23)
folds = {
    "strata": strata, "groups": groups,
    "plain": {k: tests(model_selection.KFold(k).split(x)) for k in [2, 5, 23]},
    "stratified": {k: tests(model_selection.StratifiedKFold(k).split(x, strata)) for k in [2, 3, 5]},
    "grouped": {k: tests(model_selection.GroupKFold(k).split(x, groups=groups)) for k in [2, 3]},
    "times": {k: tests(model_selection.TimeSeriesSplit(k).split(x)) for k in [2, 5, 22]}}
(FOLDER / "folds.json").write_text(json.dumps(folds, separators=(",", ":")) + "\n")
for path in sorted(FOLDER.glob("*.json")):
    print(path.name, path.stat().st_size, "bytes")
