"""The functions that samplers are compared on, as Benchmarks/Sources/bench/Search/SearchFunctions.swift has them."""

import math

HARTMANN_A = [
    [10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14],
]
HARTMANN_P = [
    [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886], [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
    [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650], [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
]


def branin(t):
    x, y = t.suggest_float("x", -5, 10), t.suggest_float("y", 0, 15)
    b, c = 5.1 / (4 * math.pi**2), 5 / math.pi
    return (y - b * x * x + c * x - 6) ** 2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10


def hartmann6(t):
    x = [t.suggest_float(f"x{i}", 0, 1) for i in range(6)]
    rows = zip([1, 1.2, 3, 3.2], HARTMANN_A, HARTMANN_P)
    return -sum(w * math.exp(-sum(a * (v - p) ** 2 for a, p, v in zip(row, ps, x))) for w, row, ps in rows)


def rosenbrock5(t):
    x = [t.suggest_float(f"x{i}", -2.048, 2.048) for i in range(5)]
    return sum(100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in zip(x, x[1:]))


def boosting(t):
    """A loss as boosted trees have it: whole numbers, logarithms, and a rate that wants more leaves."""
    rate = math.log10(t.suggest_float("learning_rate", 1e-3, 1, log=True))
    leaves = math.log2(t.suggest_int("num_leaves", 2, 256, log=True))
    rows = t.suggest_int("min_data_in_leaf", 1, 100)
    depth = t.suggest_int("max_depth", 2, 12)
    share = t.suggest_float("feature_fraction", 0.3, 1)
    short = rate + 1.3
    return (
        short**2 + 0.2 * (leaves - 5 + 1.5 * short) ** 2 + ((rows - 22) / 40) ** 2 + 0.05 * (depth - 7) ** 2
        + 2 * (share - 0.7) ** 2
    )


def categories(t):
    """Words that shift a bowl: the best of each depends on the others."""
    kinds = ["a", "b", "c", "d", "e"]
    kind = kinds.index(t.suggest_categorical("kind", kinds))
    form = ["u", "v", "w", "z"].index(t.suggest_categorical("form", ["u", "v", "w", "z"]))
    flag = t.suggest_categorical("flag", [False, True])
    x, y = t.suggest_float("x", 0, 1), t.suggest_float("y", 0, 1)
    offset = [0.6, 0.3, 0, 0.4, 0.8][kind] + [0.2, 0.5, 0.3, 0][form] + (0.25 if flag == (kind % 2 == 0) else 0)
    return offset + 3 * (x - (0.15 + 0.17 * kind)) ** 2 + 2 * (y - (0.2 + 0.2 * form)) ** 2 + 0.5 * abs(x - y)


def conditional(t):
    """An optimizer, and what only some of them have."""
    name = t.suggest_categorical("optimizer", ["sgd", "adam", "rmsprop"])
    rate = math.log10(t.suggest_float("learning_rate", 1e-5, 1, log=True))
    layers = t.suggest_int("layers", 1, 4)
    loss = 0.15 * (layers - 3) ** 2
    if name == "sgd":
        momentum = t.suggest_float("momentum", 0, 1)
        nesterov = t.suggest_categorical("nesterov", [False, True])
        return loss + (rate + 1 + 1.5 * (momentum - 0.5)) ** 2 + 3 * (momentum - 0.9) ** 2 + (0 if nesterov else 0.1)
    if name == "adam":
        beta = t.suggest_float("beta", 0.5, 0.999)
        decay = math.log10(t.suggest_float("decay", 1e-6, 1e-1, log=True))
        return loss + 0.15 + (rate + 3) ** 2 + 5 * (beta - 0.9) ** 2 + 0.1 * (decay + 3) ** 2
    return loss + 0.4 + 0.5 * (rate + 3.5) ** 2


FUNCTIONS = {
    "Branin": branin, "Hartmann 6": hartmann6, "Rosenbrock 5": rosenbrock5, "boosting": boosting,
    "categories": categories, "conditional": conditional,
}
