"""Writes models with Python's safetensors, and what NumPy makes of some rows with them, for Tests/RunsTests.

Run with any Python that has NumPy and safetensors: python3 Tests/Goldens/safetensors_models.py
For each model NAME.safetensors, as 'rlrun predict NAME.safetensors rows.csv' reads it, and in expected.json its outputs
for the rows of rows.csv in double precision.
"""

import json
import pathlib

import numpy as np
from safetensors.numpy import save_file

folder = pathlib.Path(__file__).parent / "recorded" / "safetensors"
folder.mkdir(exist_ok=True)
random = np.random.default_rng(7)

sizes = [None if row == 2 else round(float(x), 3) for row, x in enumerate(random.normal(3, 2, 8))]
places = ["field", "wood", "wood", "", "moon", "field", "field", "wood"]
with open(folder / "rows.csv", "w") as file:
    file.write("place,size\n")
    for place, size in zip(places, sizes):
        file.write(f"{place},{'' if size is None else size}\n")

mean, deviation, levels = 2.5, 1.75, ["field", "wood"]
features = np.array([
    [0 if size is None else (size - mean) / deviation] + [float(place == level) for level in levels]
    for place, size in zip(places, sizes)
])


def weights(*shape):
    return random.normal(0, 1, shape).astype(np.float32)


def preprocessing(target):
    return {
        "columns": [
            {"name": "size", "encoding": {"number": {"mean": mean, "deviation": deviation}}},
            {"name": "place", "encoding": {"oneHot": {"levels": levels}}},
        ],
        "leftOut": [], "unseenCategories": "zeros", **({"target": target} if target else {}),
    }


classes = {"column": "kind", "kind": "category", "classes": ["a", "b", "c"]}
number = {"column": "price", "kind": "number"}
expected = {}


def record(name, model, target, tensors, outputs, **hyperparameters):
    metadata = {"format": "rlrun-model-1", "model": model, "hyperparameters": json.dumps(hyperparameters),
                "preprocessing": json.dumps(preprocessing(target))}
    save_file(tensors, folder / f"{name}.safetensors", metadata=metadata)
    expected[name] = outputs.tolist()


def softmax(logits):
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    return shares / shares.sum(axis=1, keepdims=True)


t = {"weights": weights(3, 1), "intercepts": weights(1)}
record("linear", "linear", number, t, features @ t["weights"] + t["intercepts"])

t = {"weights": weights(3, 3), "intercepts": weights(3)}
record("logistic", "logistic", classes, t, softmax(features @ t["weights"] + t["intercepts"]))

t = {"layers.0.weight": weights(3, 5), "layers.0.bias": weights(5), "layers.1.weight": weights(5, 3),
     "layers.1.bias": weights(3), "output_means": weights(0), "output_deviations": weights(0)}
hidden = np.tanh(features @ t["layers.0.weight"] + t["layers.0.bias"])
record("mlp_classes", "mlp", classes, t, softmax(hidden @ t["layers.1.weight"] + t["layers.1.bias"]),
       hidden_layer_sizes=[5], activation="tanh")

t = {"layers.0.weight": weights(3, 4), "layers.0.bias": weights(4), "layers.1.weight": weights(4, 1),
     "layers.1.bias": weights(1), "output_means": np.float32([12.5]), "output_deviations": np.float32([3.25])}
hidden = np.maximum(features @ t["layers.0.weight"] + t["layers.0.bias"], 0)
record("mlp_number", "mlp", number, t,
       (hidden @ t["layers.1.weight"] + t["layers.1.bias"]) * t["output_deviations"] + t["output_means"],
       hidden_layer_sizes=[4])

t = {"centres": weights(4, 3)}
distances = np.sqrt(((features[:, None] - t["centres"][None]) ** 2).sum(axis=2))
record("kmeans", "kmeans", None, t, np.stack([distances.argmin(axis=1), distances.min(axis=1)], axis=1))

q, _ = np.linalg.qr(weights(3, 3))
t = {"means": weights(3), "components": np.ascontiguousarray(q[:2]).astype(np.float32), "variances": np.float32([2, 1]),
     "variance_ratios": np.float32([0.6, 0.3])}
record("pca", "pca", None, t, (features - t["means"]) @ t["components"].T)

(folder / "expected.json").write_text(json.dumps(expected) + "\n")
print(f"{folder}: {sum(f.stat().st_size for f in folder.iterdir())} bytes, NumPy {np.__version__}")
