"""The nearest ten of all rows to each, by one library, on the rows that `bench models` has put into a file.

One JSON line: CPU seconds of building an index and of searching it, and the sum of all distances. One thread.
"""

import argparse
import json
import pathlib
import time

import peer  # noqa: F401  one thread, before NumPy is loaded

import numpy as np


def scikit_learn(x, k):
    import sklearn
    from sklearn.neighbors import NearestNeighbors

    # The best of its algorithms at 20 features, and what it chooses by itself.
    start = time.process_time()
    index = NearestNeighbors(n_neighbors=k, algorithm="brute", n_jobs=1).fit(x)
    middle = time.process_time()
    return sklearn.__version__, start, middle, index.kneighbors(x)[0]


def faiss(x, k):
    import faiss

    faiss.omp_set_num_threads(1)
    start = time.process_time()
    index = faiss.IndexFlatL2(x.shape[1])
    index.add(x)
    middle = time.process_time()
    return faiss.__version__, start, middle, np.sqrt(index.search(x, k)[0])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--file", type=pathlib.Path, required=True)
    parser.add_argument("--columns", type=int, required=True)
    parser.add_argument("--library", choices=["scikit-learn", "faiss"], required=True)
    arguments = parser.parse_args()
    x = np.fromfile(arguments.file, np.float32).reshape(-1, arguments.columns)
    version, start, middle, distances = (faiss if arguments.library == "faiss" else scikit_learn)(x, 10)
    end = time.process_time()
    print(json.dumps({"version": version, "fit": middle - start, "search": end - middle,
                      "distances": float(distances.sum(dtype=np.float64))}))


main()
