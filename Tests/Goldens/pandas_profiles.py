"""Writes a table and what pandas, NumPy and SciPy say of it.

    python3 Tests/Goldens/pandas_profiles.py Tests/Goldens/recorded/profiles

mixed.csv has numbers of several sorts (some missing), days and words; mixed.json their descriptions, histograms, most frequent
values and correlations; distances.json p-values of Kolmogorov and Smirnov's test and of χ².
"""

import json
import pathlib
import sys

import numpy
import pandas
import scipy.stats

SHARES = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99]
ROWS = 500

random = numpy.random.default_rng(11)
group = random.choice(["a", "bb", "ccc", "é"], ROWS, p=[0.5, 0.3, 0.15, 0.05])
normal = random.normal(0, 1, ROWS)
table = pandas.DataFrame({
    "real": normal,
    "price": numpy.round(numpy.exp(normal + random.normal(0, 1, ROWS)), 2),
    "count": random.poisson(3, ROWS),
    "day": pandas.Timestamp("2021-03-01") + pandas.to_timedelta(random.integers(0, 300, ROWS), unit="D"),
    "group": group,
    "other": numpy.where(random.random(ROWS) < 0.6, group, random.choice(["x", "y"], ROWS)),
})
table.loc[random.choice(ROWS, 40, replace=False), "price"] = numpy.nan
table.loc[random.choice(ROWS, 25, replace=False), "group"] = None
table = pandas.concat([table, table.iloc[[3, 77, 200]]], ignore_index=True)


def numbers(series):
    present = series.dropna()
    counts, edges = numpy.histogram(present, 20)
    frequent = present.value_counts().rename_axis("value").reset_index(name="rows")
    frequent = frequent.sort_values(["rows", "value"], ascending=[False, True]).head(10)
    return {"missing": int(series.isna().sum()), "distinct": int(present.nunique()), "least": float(present.min()),
            "most": float(present.max()), "mean": float(present.mean()), "deviation": float(present.std()),
            "quantiles": present.quantile(SHARES).tolist(), "bins": counts.tolist(), "edges": edges.tolist(),
            "top": [[float(v), int(c)] for v, c in zip(frequent["value"], frequent["rows"])]}


def words(series):
    present = series.dropna()
    lengths = present.str.len()
    return {"missing": int(series.isna().sum()), "distinct": int(present.nunique()),
            "lengths": [int(lengths.min()), int(lengths.max()), float(lengths.mean())],
            "top": [[v, int(c)] for v, c in present.value_counts().items()]}


seconds = (table["day"] - pandas.Timestamp("1970-01-01")).dt.total_seconds()
measured = pandas.DataFrame({"real": table["real"], "price": table["price"], "count": table["count"], "day": seconds})


def ratio(categories, values):
    both = pandas.DataFrame({"c": categories, "v": values}).dropna()
    mean = both["v"].mean()
    between = sum(len(g) * (g["v"].mean() - mean) ** 2 for _, g in both.groupby("c"))
    return float(numpy.sqrt(between / ((both["v"] - mean) ** 2).sum()))


folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
table.to_csv(folder / "mixed.csv", index=False)
json.dump({
    "numbers": {name: numbers(measured[name]) for name in measured},
    "words": {name: words(table[name]) for name in ["group", "other"]},
    "duplicates": int(table.duplicated().sum()),
    "pearson": measured.corr().to_numpy().tolist(),
    "spearman": measured.corr(method="spearman").to_numpy().tolist(),
    "cramersV": float(scipy.stats.contingency.association(
        pandas.crosstab(table["group"], table["other"]).to_numpy(), method="cramer")),
    "correlationRatio": {name: ratio(table["group"], measured[name]) for name in measured},
}, open(folder / "mixed.json", "w"), indent=1)

pairs = []
for a, b, shift in [(50, 80, 0.0), (200, 300, 0.1), (200, 300, 0.3), (2000, 1000, 0.05), (30, 1000, 0.8)]:
    x, y = numpy.round(random.normal(0, 1, a), 3), numpy.round(random.normal(shift, 1, b), 3)
    result = scipy.stats.ks_2samp(x, y)
    pairs.append({"x": x.tolist(), "y": y.tolist(), "effect": float(result.statistic), "p": float(result.pvalue)})
tails = [[x, d, float(scipy.stats.chi2.sf(x, d))] for d in [1, 2, 3, 9, 40, 200] for x in [0.01, 0.7, 3, 15, 60, 300]]
json.dump({"ks": pairs, "chiSquare": tails}, open(folder / "distances.json", "w"))
print(f"pandas {pandas.__version__}, NumPy {numpy.__version__}, SciPy {scipy.__version__}")
