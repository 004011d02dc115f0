"""Rows that NumPy's generator makes, for `bench models`: 50 columns in single precision, half of them skewed, and two classes.

Writes training.f64, training.u8, validation.f64 and validation.u8 into a folder, as `bench models` writes its own.
"""

import argparse
import json
import pathlib

import numpy as np

COLUMNS = 50


def rows(count, seed):
    draw = np.random.default_rng(seed)
    x = draw.standard_normal((count, COLUMNS)).astype(np.float32)
    half = COLUMNS // 2
    x[:, half:] = np.abs(x[:, half:]) ** 1.5
    score = np.sin(2 * x[:, 0]) + x[:, 1] * x[:, 2] + 0.7 * (x[:, 3] > 0.5) - 0.5 * x[:, 4] ** 2
    score = score + 0.3 * x[:, 5:15] @ np.linspace(1, -1, 10, dtype=np.float32) + 0.8 * (x[:, half] * x[:, 6])
    return x, (score + draw.logistic(size=count) * 0.8 > np.median(score)).astype(np.uint8)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=pathlib.Path, required=True)
    parser.add_argument("--rows", type=int, default=200_000)
    arguments = parser.parse_args()
    for name, count, seed in (("training", arguments.rows, 1), ("validation", 50_000, 2)):
        x, y = rows(count, seed)
        np.ascontiguousarray(x.T.astype(np.float64)).tofile(arguments.folder / f"{name}.f64")
        y.tofile(arguments.folder / f"{name}.u8")
    print(json.dumps({"rows": arguments.rows}))


main()
