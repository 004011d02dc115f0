"""The Python package beside its peers, each in CPU seconds of one core: environment steps of `make_vec`, points of `log`, training
steps of the classes of `rlrun.sb3`.

Usage: PEERS/bin/python Benchmarks/Peers/python_package.py [ROWS…]

Rows: vectors, logging, ppo, ppo-object, sac; all by default. Peers that are not installed are left out. Times are CPU times, so that
a busy machine changes them less; peers are kept to one thread, and everything runs in turns, of which the best counts.
"""

from __future__ import annotations

import os

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import sys
import tempfile
import time

import gymnasium
import numpy as np

import rlrun
import rlrun.sb3

ROUNDS = 3


def clock() -> float:
    """CPU seconds of this process and its threads."""
    return time.process_time()


def best(measures: dict[str, object]) -> dict[str, float]:
    """The best of several rounds in turns; a peer that fails is left out."""
    rates: dict[str, float] = {}
    for _ in range(ROUNDS):
        for name, measure in measures.items():
            try:
                rates[name] = max(rates.get(name, 0.0), measure())  # type: ignore[operator]
            except ImportError:
                pass
    return rates


def show(title: str, rates: dict[str, float], unit: str) -> None:
    ours = rates["rlrun"]
    peers = [f"{name} {rate:,.0f} ({ours / rate:.1f} ×)" for name, rate in rates.items() if name != "rlrun"]
    print(f"{title}: rlrun {ours:,.0f} {unit}; " + (", ".join(peers) if peers else "no peer is installed"), flush=True)


def stepping(step, actions, count: int, seconds: float = 0.5) -> float:
    begin, steps = clock(), 0
    while clock() - begin < seconds:
        for _ in range(50):
            step(actions[steps % len(actions)])
            steps += 1
    return steps * count / (clock() - begin)


def vectors() -> None:
    for count in (8, 64, 1024):
        actions = [np.random.default_rng(seed).integers(0, 2, count) for seed in range(16)]

        def ours():
            envs = rlrun.make_vec("CartPole-v1", count)
            envs.reset(seed=1)
            return stepping(envs.step, actions, count)

        def gymnasiums():
            envs = gymnasium.make_vec("CartPole-v1", count, vectorization_mode="vector_entry_point")
            envs.reset(seed=1)
            return stepping(envs.step, actions, count)

        def envpools():
            import envpool

            envs = envpool.make_gymnasium("CartPole-v1", num_envs=count, num_threads=1)
            envs.reset()
            return stepping(envs.step, [one.astype(np.int32) for one in actions], count)

        rates = best({"rlrun": ours, "Gymnasium's own vector": gymnasiums, "EnvPool": envpools})
        show(f"CartPole-v1 × {count}", rates, "steps/s")


def logging() -> None:
    metrics = {f"train/metric_{place}": float(place) for place in range(10)}

    def ours():
        with rlrun.start_run("bench", store=tempfile.mkdtemp() + "/runs") as run:
            begin = clock()
            for step in range(100_000):
                run.log(metrics, step=step)
            run.flush()
            return 1e6 / (clock() - begin)

    def tensorboards():
        from torch.utils.tensorboard import SummaryWriter

        writer = SummaryWriter(tempfile.mkdtemp())
        begin = clock()
        for step in range(2_000):
            for name, value in metrics.items():
                writer.add_scalar(name, value, step)
        writer.flush()
        return 2e4 / (clock() - begin)

    show("dicts of ten metrics", best({"rlrun": ours, "TensorBoard": tensorboards}), "points/s")


def training(title: str, algorithm: str, env, steps: int, peer_steps: int) -> None:
    def learn(module, count: int) -> float:
        model = getattr(module, algorithm)("MlpPolicy", env(), seed=1)
        begin = clock()
        model.learn(count)
        return count / (clock() - begin)

    def ours():
        rlrun.set_store(tempfile.mkdtemp() + "/runs")
        return learn(rlrun.sb3, steps)

    def theirs():
        import stable_baselines3
        import torch

        torch.set_num_threads(1)
        return learn(stable_baselines3, peer_steps)

    show(title, best({"rlrun": ours, "Stable-Baselines3": theirs}), "steps/s")


ROWS = {
    "vectors": vectors,
    "logging": logging,
    "ppo": lambda: training("PPO, CartPole-v1 by its id", "PPO", lambda: "CartPole-v1", 40_960, 4_096),
    "ppo-object": lambda: training(
        "PPO, a CartPole-v1 of Gymnasium's", "PPO", lambda: gymnasium.make("CartPole-v1"), 20_480, 4_096),
    "sac": lambda: training("SAC, Pendulum-v1 by its id", "SAC", lambda: "Pendulum-v1", 1_000, 1_000),
}

for row in sys.argv[1:] or ROWS:
    if row not in ROWS:
        sys.exit(f"there is no row '{row}': {', '.join(ROWS)}")
    ROWS[row]()
