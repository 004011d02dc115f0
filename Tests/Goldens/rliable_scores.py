"""Writes score files and what rliable 1.2 makes of them: point estimates, intervals, performance profiles.

    python3 Tests/Goldens/rliable_scores.py Tests/Goldens/recorded/rliable

For each case NAME.csv (`algorithm,environment,seed,score`) and NAME.json. Intervals are of 50,000 bootstrap resamples, those of the
probability of improvement of 1,000.
"""

import json
import pathlib
import sys

import numpy
from rliable import library, metrics

RESAMPLES = 50_000
TAUS = [0.0, 0.25, 0.5, 0.75, 1.0, 1.5]


def made(random, algorithms, environments, seeds, decimals=None):
    """{algorithm: scores [seeds, environments]}; `decimals` makes ties."""
    scores = {}
    for number in range(algorithms):
        centre = random.uniform(0.1, 1.3, environments) + 0.05 * number
        values = random.normal(centre, 0.2, (seeds, environments))
        scores[f"algo{number}"] = values if decimals is None else numpy.round(values, decimals)
    return scores


def statistics(scores):
    return numpy.array([metrics.aggregate_iqm(scores), metrics.aggregate_median(scores),
                        metrics.aggregate_mean(scores), metrics.aggregate_optimality_gap(scores)])


def record(folder, name, scores):
    with open(folder / f"{name}.csv", "w") as file:
        file.write("algorithm,environment,seed,score\n")
        for algorithm, values in scores.items():
            for seed, row in enumerate(values):
                for environment, value in enumerate(row):
                    file.write(f"{algorithm},world{environment},{seed},{float(value)!r}\n")
    numpy.random.seed(0)
    points, intervals = library.get_interval_estimates(scores, statistics, reps=RESAMPLES)
    pairs = {f"{x},{y}": (scores[x], scores[y]) for x in scores for y in scores if x < y}
    wins, bounds = library.get_interval_estimates(pairs, metrics.probability_of_improvement, reps=1_000)
    profiles, _ = library.create_performance_profile(scores, numpy.array(TAUS), reps=10)
    json.dump({
        "taus": TAUS,
        "aggregate": {x: {"points": points[x].tolist(), "low": intervals[x][0].tolist(),
                          "high": intervals[x][1].tolist(), "profile": profiles[x].tolist()} for x in scores},
        "improvement": {pair: [float(wins[pair]), float(bounds[pair][0].item()), float(bounds[pair][1].item())]
                        for pair in pairs},
    }, open(folder / f"{name}.json", "w"), indent=1)


folder = pathlib.Path(sys.argv[1])
random = numpy.random.default_rng(7)
record(folder, "plain", made(random, 3, 7, 5))
record(folder, "ties", made(random, 2, 4, 6, decimals=1))
record(folder, "wide", made(random, 2, 26, 10))
record(folder, "single", made(random, 2, 1, 9))
