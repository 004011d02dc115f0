"""What three other debuggers of RL training find in the corpus: one CSV line 'peer,run' for each run with a finding.

Each gets the series of our runs under the names it knows, with its own default thresholds. `corpus --series FILE` writes
the series. Needs rlwatch, rldoctor and zen-rl.
"""

import argparse
import collections
import csv

from rl_doctor import Severity, diagnose, run_from_records
from rlwatch.config import RLWatchConfig
from rlwatch.detectors import DetectorSuite
from zen.detect.rules import detect

# Our names, and those of the canonical quantities of rlwatch and rldoctor.
NAMES = {
    "rollout/ep_rew_mean": "reward_mean",
    "train/approx_kl": "kl",
    "train/grad_norm": "grad_norm",
    "train/clip_fraction": "clip_ratio",
    "train/policy_gradient_loss": "policy_loss",
    "train/learning_rate": "learning_rate",
    "train/explained_variance": "explained_variance",
    "train/advantage_mean": "advantage/mean",
    "train/advantage_std": "advantage/std",
    "eval/mean_reward": "eval/score",
}


def read(path):
    """{run: {metric: [(step, value)]}}"""
    runs = collections.defaultdict(lambda: collections.defaultdict(list))
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            runs[row["run"]][row["metric"]].append((int(row["step"]), float(row["value"])))
    return runs


def records(series):
    """A dictionary a step, as a training loop would log."""
    rows = collections.defaultdict(dict)
    for metric, points in series.items():
        for step, value in points:
            if metric in NAMES:
                rows[step][NAMES[metric]] = value
            elif metric == "train/entropy_loss":
                rows[step]["entropy"] = -value
            elif metric in ("train/loss", "train/critic_loss", "train/value_loss"):
                rows[step].setdefault("loss", value)
    return [dict(values, step=step) for step, values in sorted(rows.items())]


def rlwatch_finds(series):
    suite = DetectorSuite(RLWatchConfig())
    for row in records(series):
        # A missing series is not checked; the loss is, NaN or not.
        if suite.check_step(
            row["step"], entropy=row.get("entropy"), kl_divergence=row.get("kl"), reward_mean=row.get("reward_mean"),
            advantage_std=row.get("advantage/std"), loss=row.get("loss"), grad_norm=row.get("grad_norm"),
        ):
            return True
    return False


def rldoctor_finds(series):
    rows = records(series)
    return bool(rows) and diagnose(run_from_records(rows)).worst >= Severity.WARNING


def zen_finds(series):
    return bool(detect({metric: points for metric, points in series.items() if points}))


PEERS = {"rlwatch": rlwatch_finds, "rldoctor": rldoctor_finds, "zen-rl": zen_finds}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("series", help="the file that `corpus --series` wrote")
    arguments = parser.parse_args()
    print("peer,run")
    for run, series in read(arguments.series).items():
        for name, finds in PEERS.items():
            if finds(series):
                print(f"{name},{run}")


if __name__ == "__main__":
    main()
