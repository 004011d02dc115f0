"""One piece of supervised learning by one library, on the rows that `bench supervised` has put into a folder.

One JSON line: seconds and CPU seconds of `steps` of it (rows seen, or 1 for a whole fit), and `quality`, the figure that
says that both sides did the same: a loss, a share of variance, an inertia.
"""

import argparse
import pathlib
import time
import warnings

import peer

import numpy as np

WIDTH, CLASSES, HIDDEN, BATCH, EPOCHS = 784, 10, 128, 128, 2


class Data:
    def __init__(self, folder):
        self.folder = folder
        self.x = self.floats("rows.f32", WIDTH)
        self.y = np.fromfile(folder / "labels.i32", np.int32).astype(np.int64)

    def floats(self, name, width):
        return np.fromfile(self.folder / name, np.float32).reshape(-1, width)


# Each takes the data and the figures to fill, and returns the library's version.


def train_sklearn(data, figures, arguments):
    import sklearn
    from sklearn.neural_network import MLPClassifier

    model = MLPClassifier(
        (HIDDEN,), solver="adam", batch_size=BATCH, max_iter=EPOCHS, alpha=0.0, random_state=0)
    with peer.timed(figures):
        model.fit(data.x, data.y)
    figures.update(steps=EPOCHS * len(data.x), quality=float(model.loss_))
    return sklearn.__version__


def train_torch(data, figures, arguments):
    import torch
    from torch import nn

    torch.set_num_threads(1)
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(WIDTH, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, CLASSES))
    optimizer, criterion = torch.optim.Adam(model.parameters(), 1e-3), nn.CrossEntropyLoss()
    x, y = torch.from_numpy(data.x), torch.from_numpy(data.y)
    with peer.timed(figures):
        for _ in range(EPOCHS):
            total, order = 0.0, torch.randperm(len(x))
            for start in range(0, len(x), BATCH):
                rows = order[start : start + BATCH]
                optimizer.zero_grad()
                loss = criterion(model(x[rows]), y[rows])
                loss.backward()
                optimizer.step()
                total += loss.detach() * len(rows)
    figures.update(steps=EPOCHS * len(x), quality=float(total) / len(x))
    return torch.__version__


def infer_onnxruntime(data, figures, arguments):
    import onnx
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper

    shapes = {"w0": WIDTH, "b0": HIDDEN, "w1": HIDDEN, "b1": CLASSES}
    tensors = {name: data.floats(f"{name}.f32", {"w0": HIDDEN, "w1": CLASSES}.get(name, shapes[name])) for name in shapes}
    graph = helper.make_graph(
        [
            helper.make_node("Gemm", ["x", "w0", "b0"], ["h"]),
            helper.make_node("Relu", ["h"], ["a"]),
            helper.make_node("Gemm", ["a", "w1", "b1"], ["y"]),
        ],
        "mlp",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["rows", WIDTH])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["rows", CLASSES])],
        [numpy_helper.from_array(t[0] if n.startswith("b") else t, n) for n, t in tensors.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = settings.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), settings, providers=["CPUExecutionProvider"])
    inputs = {"x": data.x[: arguments.rows]}

    def go(calls):
        for _ in range(calls):
            session.run(None, inputs)

    figures["quality"] = float(session.run(None, inputs)[0].astype(np.float64).mean())
    go(10)
    calls, start = 1, time.perf_counter()
    while time.perf_counter() - start < 0.1:
        start = time.perf_counter()
        go(calls)
        if time.perf_counter() - start < 0.1:
            calls *= 2
    calls *= 5
    with peer.timed(figures):
        go(calls)
    figures["steps"] = calls * arguments.rows
    return onnxruntime.__version__


def softmax_sklearn(data, figures, arguments):
    import sklearn
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1.0, max_iter=100)
    with peer.timed(figures):
        model.fit(data.x, data.y)
    logits = data.x @ model.coef_.T.astype(np.float64) + model.intercept_
    top = logits.max(axis=1)
    log_sums = top + np.log(np.exp(logits - top[:, None]).sum(axis=1))
    loss = (log_sums - logits[np.arange(len(logits)), data.y]).mean()
    figures.update(steps=1, quality=float(loss + (model.coef_**2).sum() / (2 * len(logits))))
    return sklearn.__version__


def ridge_sklearn(data, figures, arguments):
    import sklearn
    from sklearn.linear_model import Ridge

    targets = np.eye(CLASSES, dtype=np.float32)[data.y]
    # The fastest of its solvers for this shape.
    model = Ridge(alpha=1.0, solver="cholesky")
    with peer.timed(figures):
        model.fit(data.x, targets)
    figures.update(steps=1, quality=float(model.score(data.x, targets)))
    return sklearn.__version__


def pca_sklearn(data, figures, arguments):
    import sklearn
    from sklearn.decomposition import PCA

    # Its own choice for this shape is the covariance's eigenvectors.
    model = PCA(50, random_state=0)
    with peer.timed(figures):
        model.fit(data.x)
    figures.update(steps=1, quality=float(model.explained_variance_ratio_.sum(dtype=np.float64)))
    return sklearn.__version__


def kmeans_sklearn(data, figures, arguments):
    import sklearn
    from sklearn.cluster import KMeans

    model = KMeans(10, init=data.floats("centres.f32", WIDTH), n_init=1)
    with peer.timed(figures):
        model.fit(data.x)
    figures.update(steps=1, quality=float(model.inertia_))
    return sklearn.__version__


def main():
    works = {name: work for name, work in globals().items() if "_" in name and callable(work)}
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", choices=sorted(works), required=True)
    parser.add_argument("--folder", type=pathlib.Path, required=True)
    parser.add_argument("--rows", type=int, default=256, help="of a call, where a model is applied")
    arguments = parser.parse_args()
    # That so few iterations do not converge is known.
    warnings.simplefilter("ignore")
    figures = {}
    figures["version"] = works[arguments.work](Data(arguments.folder), figures, arguments)
    peer.report(figures)


if __name__ == "__main__":
    main()
