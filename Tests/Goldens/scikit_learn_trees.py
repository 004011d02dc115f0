"""Records how scikit-learn's decision trees part rows where leaves have a least weight.

    python3 Tests/Goldens/scikit_learn_trees.py Tests/Goldens/recorded/models/trees.json

Rows, their weights and targets, and for each case the settings and what the tree makes of its training rows: the number of
rows and the weight of each one's leaf, and the outputs, the shares of the classes or the number. Cases in which two splits are
equally good, so that scikit-learn draws one, are refused.
"""

import json
import sys

import numpy
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

ROWS = 150
CASES = [(criterion, fraction, weighted, leaves) for criterion in ("gini", "entropy", "squared_error")
         for fraction, weighted, leaves in ((0.0, True, None), (0.12, False, None), (0.04, True, None), (0.15, True, None),
                                            (0.05, True, 6), (0.5, True, None))]


def main():
    random = numpy.random.default_rng(8)
    x = random.uniform(-1, 1, (ROWS, 4)).round(3)
    weights = random.uniform(0.1, 3, ROWS).astype(numpy.float32).astype(float)
    score = x[:, 0] - x[:, 1] ** 2 + 0.5 * x[:, 2] * x[:, 3] + random.normal(0, 0.2, ROWS)
    labels = numpy.digitize(score, numpy.quantile(score, [0.4, 0.8]))
    numbers = score.astype(numpy.float32).astype(float)
    record = {"x": x.T.tolist(), "weights": weights.tolist(), "labels": labels.tolist(), "numbers": numbers.tolist(), "cases": []}
    for criterion, fraction, weighted, leaves in CASES:
        Model, y = (DecisionTreeRegressor, numbers) if criterion == "squared_error" else (DecisionTreeClassifier, labels)

        def fitted(seed):
            tree = Model(criterion=criterion, min_weight_fraction_leaf=fraction, max_leaf_nodes=leaves, random_state=seed)
            tree.fit(x, y, sample_weight=weights if weighted else None)
            own, outputs = tree.apply(x), tree.predict(x) if criterion == "squared_error" else tree.predict_proba(x)
            return tree.tree_.n_node_samples[own], tree.tree_.weighted_n_node_samples[own], outputs

        first = fitted(0)
        # A split of few rows may be as good as another: where leaves have no least weight, only the outputs are one's own.
        for seed in range(1, 20):
            for one, other in zip(first if fraction else first[2:], fitted(seed) if fraction else fitted(seed)[2:]):
                assert numpy.allclose(one, other), (criterion, fraction, weighted, leaves)
        counts, sums, outputs = first
        record["cases"].append({
            "criterion": criterion, "fraction": fraction, "weighted": weighted, "leaves": leaves,
            "counts": counts.tolist() if fraction else None, "sums": sums.tolist() if fraction else None,
            "outputs": outputs.ravel().tolist()})
    with open(sys.argv[1], "w") as file:
        json.dump(record, file)
        file.write("\n")


main()
