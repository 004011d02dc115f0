"""Stable-Baselines3's classes, trained by rlrun: `from rlrun.sb3 import PPO` in place of `from stable_baselines3 import PPO`."""

from __future__ import annotations

from .algorithms import A2C, DQN, PPO, SAC, TD3
from .base import BaseAlgorithm
from .callbacks import (
    BaseCallback, CallbackList, CheckpointCallback, EvalCallback, StopTrainingOnMaxEpisodes, StopTrainingOnRewardThreshold,
)
from .evaluation import evaluate_policy
from .importing import import_model
from .logger import RunCallback, RunKVWriter
from .vec_env import VecEnv, make_vec_env

__all__ = [
    "A2C", "BaseAlgorithm", "BaseCallback", "CallbackList", "CheckpointCallback", "DQN", "EvalCallback", "PPO", "RunCallback",
    "RunKVWriter", "SAC", "StopTrainingOnMaxEpisodes", "StopTrainingOnRewardThreshold", "TD3", "VecEnv", "evaluate_policy", "import_model",
    "make_vec_env",
]
