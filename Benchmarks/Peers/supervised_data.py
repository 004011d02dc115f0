"""Writes the rows that supervised learning is measured on: scikit-learn's digits, enlarged to 28 by 28, shifted, with noise.

Into --folder: rows.f32 [60000, 784] row after row and labels.i32, raw and little-endian. The same at every call.
"""

import argparse
import pathlib

import peer

import numpy as np
from sklearn.datasets import load_digits

ROWS, SIDE, SHIFT = 60_000, 28, 2


def images():
    """[1797, 28, 28] in 0 ... 1: each of the 8 by 8 pixels three times as wide and high, in a black frame."""
    digits = load_digits()
    large = (digits.images / 16).repeat(3, axis=1).repeat(3, axis=2)
    return np.pad(large, ((0, 0), (2, 2), (2, 2))).astype(np.float32), digits.target.astype(np.int32)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=pathlib.Path, required=True)
    folder = parser.parse_args().folder
    generator = np.random.default_rng(0)
    pictures, targets = images()
    chosen = generator.integers(0, len(pictures), ROWS)
    shifts = generator.integers(-SHIFT, SHIFT + 1, (ROWS, 2))
    rows = generator.normal(0, 0.1, (ROWS, SIDE, SIDE)).astype(np.float32)
    for row, picture, shift in zip(rows, chosen, shifts):
        row += np.roll(pictures[picture], shift, axis=(0, 1))
    rows.tofile(folder / "rows.f32")
    targets[chosen].tofile(folder / "labels.i32")
    peer.report({"peer": "data", "version": "", "steps": ROWS, "seconds": 0, "cpu_seconds": 0})


if __name__ == "__main__":
    main()
