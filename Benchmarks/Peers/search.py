"""Optuna's samplers and pruners on the work of `bench search`. One JSON line a measurement.

regret: the best loss after so many trials of a function, a seed a line. propose: the time of a proposal after so many trials.
prune: what a pruner leaves of recorded learning curves. digits: scikit-learn's digits as a file of numbers.
"""

import argparse
import json
import pathlib
import random
import time
import warnings

import peer

from search_functions import FUNCTIONS


def sampler(arguments, seed):
    import optuna

    multivariate = arguments.multivariate
    return optuna.samplers.TPESampler(seed=seed, multivariate=multivariate, group=multivariate)


def quiet():
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.simplefilter("ignore")
    return optuna


def regret(arguments):
    optuna = quiet()
    function = FUNCTIONS[arguments.function]
    for seed in peer.seeds(arguments.seeds):
        study = optuna.create_study(sampler=sampler(arguments, seed))
        start = time.process_time()
        study.optimize(function, n_trials=arguments.trials)
        seconds = time.process_time() - start
        first = study.trials[0]
        peer.report({"version": optuna.__version__, "best": study.best_value, "cpu_seconds": seconds,
                     "values": first.params, "score": first.value})


def propose(arguments):
    """Random points as the history, as many as are asked for."""
    optuna = quiet()
    function = FUNCTIONS[arguments.function]
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
    study.optimize(function, n_trials=arguments.trials)
    study.sampler = sampler(arguments, 1)
    times = []
    for _ in range(5):
        start = time.process_time()
        trial = study.ask()
        study.tell(trial, function(trial))
        times.append(time.process_time() - start)
    peer.report({"version": optuna.__version__, "best": 0, "cpu_seconds": sorted(times)[2]})


def prune(arguments):
    """Trials one after the other, each of which reports its curve until it is stopped; the seeds are orders."""
    optuna = quiet()
    curves = json.loads(arguments.file.read_text())
    for seed in peer.seeds(arguments.seeds):
        pruner = {"asha": optuna.pruners.SuccessiveHalvingPruner(min_resource=1, reduction_factor=3),
                  "median": optuna.pruners.MedianPruner()}[arguments.pruner]
        study = optuna.create_study(pruner=pruner, sampler=optuna.samplers.RandomSampler(seed=0))
        epochs = 0
        for index in curves["orders"][seed]:
            trial, curve = study.ask(), curves["curves"][index]
            for step, loss in enumerate(curve, 1):
                epochs += 1
                trial.report(loss, step)
                if step < len(curve) and trial.should_prune():
                    study.tell(trial, state=optuna.trial.TrialState.PRUNED)
                    break
            else:
                study.tell(trial, curve[-1])
        peer.report({"version": optuna.__version__, "best": study.best_value, "cpu_seconds": 0, "epochs": epochs})


def digits(arguments):
    from sklearn.datasets import load_digits

    data = load_digits()
    order = list(range(len(data.target)))
    random.Random(0).shuffle(order)
    (data.data[order] / 16).astype("float32").tofile(arguments.file)
    data.target[order].astype("int32").tofile(arguments.file.with_suffix(".labels"))
    peer.report({"version": "", "best": 0, "cpu_seconds": 0})


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", choices=["regret", "propose", "prune", "digits"])
    parser.add_argument("--function")
    parser.add_argument("--multivariate", action="store_true")
    parser.add_argument("--seeds", default="0")
    parser.add_argument("--trials", type=int, default=100)
    parser.add_argument("--pruner")
    parser.add_argument("--file", type=pathlib.Path)
    arguments = parser.parse_args()
    {"regret": regret, "propose": propose, "prune": prune, "digits": digits}[arguments.work](arguments)


main()
