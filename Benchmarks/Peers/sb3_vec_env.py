"""Stable-Baselines3 itself in rlrun's environments: its own checks, the same learning as in Gymnasium's, and its trainings as runs.

Usage: PEERS/bin/python Benchmarks/Peers/sb3_vec_env.py

An algorithm of Stable-Baselines3 learns from a seed in `rlrun.sb3.VecEnv` and in its own vector of the same Gymnasium
environments: every parameter must come out the same, bit for bit. Prints a line for each thing that holds, and the times of both
vectors; ends with status 1 at the first that does not.
"""

from __future__ import annotations

import os

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import sys
import tempfile
import time
import warnings

try:
    import stable_baselines3
except ImportError:
    sys.exit(print("Stable-Baselines3 is not installed with this Python: nothing to check"))

import numpy as np
import torch
from stable_baselines3.common.callbacks import BaseCallback, CheckpointCallback, EvalCallback
from stable_baselines3.common.env_checker import check_env
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.logger import Logger
from stable_baselines3.common.vec_env import VecCheckNan, VecFrameStack, VecMonitor, VecNormalize

import rlrun
from rlrun.sb3 import RunCallback, RunKVWriter, VecEnv

# Recommendations, as to bounds of actions, which environments of Gymnasium's do not follow either.
warnings.simplefilter("ignore", UserWarning)
torch.set_num_threads(1)


def require(holds: bool, what: str) -> None:
    if not holds:
        sys.exit(f"does not hold: {what}")
    print(f"holds: {what}", flush=True)


def checked() -> None:
    """Its checker of environments, on all of ours."""
    ids, left = [], []
    for one in rlrun.environments():
        try:
            env = rlrun.make(one)
        except rlrun.Error:
            left.append(one)
            continue
        check_env(env, warn=False)
        ids.append(one)
    require(len(ids) >= 20, f"check_env passes on {len(ids)} environments" + (f"; {len(left)} need what is not installed" if left else ""))


CASES = [
    ("PPO", "CartPole-v1", {"n_steps": 64}), ("PPO", "FrozenLake-v1", {"n_steps": 64}), ("PPO", "Taxi-v4", {"n_steps": 64}),
    ("A2C", "CartPole-v1", {}), ("A2C", "Acrobot-v1", {}), ("DQN", "CartPole-v1", {"learning_starts": 50}),
    ("DQN", "MountainCar-v0", {"learning_starts": 50}), ("SAC", "Pendulum-v1", {"learning_starts": 50}),
    ("TD3", "MountainCarContinuous-v0", {"learning_starts": 50}), ("DDPG", "Pendulum-v1", {"learning_starts": 50}),
]


def learn_the_same() -> None:
    for algorithm, id, options in CASES:
        learnt = []
        for env in (VecEnv(id, 4), make_vec_env(id, 4)):
            model = getattr(stable_baselines3, algorithm)("MlpPolicy", env, seed=1, **options).learn(1_024)
            episodes = [(np.float32(one["r"]), one["l"]) for one in model.ep_info_buffer]
            learnt.append((torch.cat([one.detach().reshape(-1) for one in model.policy.parameters()]).numpy(), episodes))
        same = np.array_equal(learnt[0][0], learnt[1][0]) and [one[1] for one in learnt[0][1]] == [one[1] for one in learnt[1][1]]
        same = same and np.allclose(*[[one[0] for one in part[1]] for part in learnt], rtol=1e-5)
        require(same, f"{algorithm} learns the same in {id}: {len(learnt[0][0]):,} parameters, {len(learnt[0][1])} episodes")


def wrapped() -> None:
    for wrapper in (VecNormalize, VecMonitor, VecCheckNan, lambda env: VecFrameStack(env, 3)):
        model = stable_baselines3.PPO("MlpPolicy", wrapper(VecEnv("Pendulum-v1", 4)), n_steps=64, seed=1).learn(512)
        require(model.num_timesteps == 512, f"PPO learns through {type(model.get_env()).__name__}")


def recorded() -> None:
    """A script of its own with callbacks, which becomes a run by one callback more."""
    folder = tempfile.mkdtemp()
    callbacks = [
        EvalCallback(VecEnv("CartPole-v1"), eval_freq=64, n_eval_episodes=3, log_path=folder, best_model_save_path=folder, verbose=0),
        CheckpointCallback(128, folder), RunCallback("mine"),
    ]
    model = stable_baselines3.PPO("MlpPolicy", VecEnv("CartPole-v1", 4), n_steps=64, learning_rate=1e-3, seed=3)
    model.learn(4_096, callback=callbacks)
    run = rlrun.runs("experiment = 'mine'")[0]
    require(
        (run.agent, run.environment, run.seed, run.status, run.params["learning_rate"]) == ("ppo", "CartPole-v1", 3, "finished", 1e-3),
        "RunCallback records agent, environment, seed and settings")
    require(
        {"train/loss", "rollout/ep_rew_mean", "eval/mean_reward", "time/fps"} <= set(run.metrics)
        and list(run.series("rollout/ep_rew_mean").steps)[:3] == [256, 512, 768], "and all that the training logs, at its steps")
    model.save(f"{folder}/model")
    loaded = stable_baselines3.PPO.load(f"{folder}/model", env=VecEnv("CartPole-v1", 4))
    require(
        loaded.learn(256, reset_num_timesteps=False).num_timesteps == 4_352 and evaluate_policy(loaded, VecEnv("CartPole-v1"), 5)[0] > 9,
        "a model that was saved is loaded and learns on")

    with rlrun.start_run("written") as run:
        model = stable_baselines3.A2C("MlpPolicy", VecEnv("CartPole-v1", 2), seed=1)
        model.set_logger(Logger(None, [RunKVWriter(run)]))
        model.learn(2_000)
    require("train/value_loss" in rlrun.load_run(run.id).metrics, "RunKVWriter records among a logger's formats")

    class Off(BaseCallback):
        def _on_step(self) -> bool:
            if self.n_calls == 40:
                raise ValueError("off")
            return True

    callback = RunCallback("off")
    for extra in ([Off()], []):
        try:
            stable_baselines3.PPO("MlpPolicy", VecEnv("CartPole-v1", 2), n_steps=32, batch_size=64).learn(128, callback=[callback, *extra])
        except ValueError:
            pass
    require(
        sorted(one.status for one in rlrun.runs("experiment = 'off'")) == ["failed", "finished"],
        "a training that an exception ends has failed once its callback is used again")


def timed() -> None:
    for count in (1, 8, 64):
        actions = np.random.default_rng(0).integers(0, 2, count)
        rates = []
        for env in (VecEnv("CartPole-v1", count), make_vec_env("CartPole-v1", count)):
            env.seed(1)
            env.reset()
            best = 0.0
            for _ in range(3):
                begin, steps = time.process_time(), 0
                while time.process_time() - begin < 0.4:
                    for _ in range(20):
                        env.step(actions)
                    steps += 20
                best = max(best, steps * count / (time.process_time() - begin))
            rates.append(best)
        print(f"CartPole-v1 × {count}: rlrun.sb3.VecEnv {rates[0]:,.0f} steps/s, DummyVecEnv {rates[1]:,.0f} ({rates[0] / rates[1]:.1f} ×)")


rlrun.set_store(tempfile.mkdtemp() + "/runs")
checked()
learn_the_same()
wrapped()
recorded()
timed()
