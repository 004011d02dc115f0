"""Callbacks of trainings, called once an iteration of the algorithm rather than once a step."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np

from .._library import Error
from .evaluation import evaluate_policy


class BaseCallback:
    """What a training calls: override `_on_step`, which returns False to end it.

    `model`, `num_timesteps`, `n_calls` and `logger.name_to_value` are there as in Stable-Baselines3.

    >>> import rlrun, tempfile
    >>> from rlrun.sb3 import PPO, BaseCallback
    >>> class Count(BaseCallback):
    ...     def _on_step(self):
    ...         return self.n_calls < 2
    >>> rlrun.set_store(tempfile.mkdtemp() + "/runs")
    >>> PPO("MlpPolicy", "CartPole-v1", n_steps=64, seed=1).learn(640, callback=Count()).num_timesteps
    128
    """

    def __init__(self, verbose: int = 0) -> None:
        self.verbose = verbose
        self.model: Any = None
        self.n_calls = 0
        self.num_timesteps = 0
        self.parent: Any = None
        self.locals: dict[str, Any] = {}
        self.globals: dict[str, Any] = {}

    @property
    def logger(self) -> Any:
        return self.model.logger

    @property
    def training_env(self) -> Any:
        return self.model.get_env()

    def init_callback(self, model: Any) -> None:
        self.model = model
        self._init_callback()

    def on_training_start(self, locals_: dict[str, Any], globals_: dict[str, Any]) -> None:
        self.locals, self.globals = locals_, globals_
        self.num_timesteps = self.model.num_timesteps
        self._on_training_start()

    def on_training_end(self) -> None:
        self._on_training_end()

    def _iteration(self) -> bool:
        self._on_rollout_end()
        goes_on = self.on_step()
        self._on_rollout_start()
        return goes_on

    def on_step(self) -> bool:
        self.n_calls += 1
        self.num_timesteps = self.model.num_timesteps
        return self._on_step() is not False

    def _init_callback(self) -> None: ...

    def _on_training_start(self) -> None: ...

    def _on_rollout_start(self) -> None: ...

    def _on_rollout_end(self) -> None: ...

    def _on_step(self) -> bool:
        return True

    def _on_training_end(self) -> None: ...


class CallbackList(BaseCallback):
    """Several callbacks; the training ends where any says so."""

    def __init__(self, callbacks: list[BaseCallback]) -> None:
        super().__init__()
        self.callbacks = callbacks

    def init_callback(self, model: Any) -> None:
        super().init_callback(model)
        for callback in self.callbacks:
            callback.init_callback(model)

    def on_training_start(self, locals_: dict[str, Any], globals_: dict[str, Any]) -> None:
        super().on_training_start(locals_, globals_)
        for callback in self.callbacks:
            callback.on_training_start(locals_, globals_)

    def on_training_end(self) -> None:
        for callback in self.callbacks:
            callback.on_training_end()

    def _iteration(self) -> bool:
        self.n_calls += 1
        return all([callback._iteration() for callback in self.callbacks])


class _FunctionCallback(BaseCallback):
    def __init__(self, function: Callable[[dict[str, Any], dict[str, Any]], Any]) -> None:
        super().__init__()
        self.function = function

    def _on_step(self) -> bool:
        self.locals["self"] = self.model
        return self.function(self.locals, self.globals) is not False


class EvalCallback(BaseCallback):
    """Evaluates the policy every `eval_freq` steps, keeps the best model, and asks `callback_on_new_best`."""

    def __init__(
        self, eval_env: Any, callback_on_new_best: BaseCallback | None = None, callback_after_eval: BaseCallback | None = None,
        n_eval_episodes: int = 5, eval_freq: int = 10_000, log_path: str | None = None,
        best_model_save_path: str | None = None, deterministic: bool = True, render: bool = False, verbose: int = 1,
        warn: bool = True,
    ) -> None:
        super().__init__(verbose)
        if render:
            raise Error("EvalCallback of rlrun does not support render=True: leave it out")
        self.eval_env = eval_env
        self.callback = callback_on_new_best
        self.callback_after_eval = callback_after_eval
        self.n_eval_episodes, self.eval_freq, self.deterministic = n_eval_episodes, eval_freq, deterministic
        self.log_path, self.best_model_save_path = log_path, best_model_save_path
        self.best_mean_reward = self.last_mean_reward = -np.inf
        self.evaluations_timesteps: list[int] = []
        self.evaluations_results: list[list[float]] = []
        self.evaluations_length: list[list[int]] = []
        self._done = 0

    def _init_callback(self) -> None:
        for callback in (self.callback, self.callback_after_eval):
            if callback is not None:
                callback.parent = self
                callback.init_callback(self.model)

    def _on_step(self) -> bool:
        if self.eval_freq <= 0 or self.num_timesteps // self.eval_freq <= self._done:
            return True
        self._done = self.num_timesteps // self.eval_freq
        rewards, lengths = evaluate_policy(
            self.model, self.eval_env, self.n_eval_episodes, self.deterministic, return_episode_rewards=True)
        self.evaluations_timesteps.append(self.num_timesteps)
        self.evaluations_results.append(rewards)
        self.evaluations_length.append(lengths)
        if self.log_path is not None:
            os.makedirs(self.log_path, exist_ok=True)
            np.savez(
                os.path.join(self.log_path, "evaluations"), timesteps=self.evaluations_timesteps,
                results=self.evaluations_results, ep_lengths=self.evaluations_length)
        self.last_mean_reward = float(np.mean(rewards))
        if self.verbose >= 1:
            print(f"Eval num_timesteps={self.num_timesteps}, episode_reward={self.last_mean_reward:.2f} +/- {np.std(rewards):.2f}")
        goes_on = True
        if self.last_mean_reward > self.best_mean_reward:
            self.best_mean_reward = self.last_mean_reward
            if self.callback is not None:
                goes_on = self.callback.on_step()
        if goes_on and self.callback_after_eval is not None:
            goes_on = self.callback_after_eval.on_step()
        return goes_on


class StopTrainingOnRewardThreshold(BaseCallback):
    """For `EvalCallback`: ends the training where an evaluation reaches `reward_threshold`."""

    def __init__(self, reward_threshold: float, verbose: int = 0) -> None:
        super().__init__(verbose)
        self.reward_threshold = reward_threshold

    def _on_step(self) -> bool:
        if self.parent is None:
            raise Error("StopTrainingOnRewardThreshold goes with EvalCallback")
        return self.parent.best_mean_reward < self.reward_threshold


class StopTrainingOnMaxEpisodes(BaseCallback):
    """Not there: trainings end by their steps."""

    def __init__(self, max_episodes: int, verbose: int = 0) -> None:
        raise Error("StopTrainingOnMaxEpisodes is not supported: end the training by total_timesteps")


class CheckpointCallback(BaseCallback):
    """Not there: runs keep checkpoints by themselves."""

    def __init__(self, *_: Any, **__: Any) -> None:
        raise Error(
            "CheckpointCallback is not needed: a run keeps its last and its best checkpoint by itself, and "
            "learn(reset_num_timesteps=False) goes on from the last")


def as_callback(callback: Any) -> BaseCallback | None:
    """A callback, a function of locals and globals, a list of either, or None, as a callback."""
    if callback is None or isinstance(callback, BaseCallback):
        return callback
    if isinstance(callback, (list, tuple)):
        return CallbackList([one for one in map(as_callback, callback) if one is not None])
    if callable(callback):
        return _FunctionCallback(callback)
    raise Error(
        f"callback is a rlrun.sb3.BaseCallback, a function or a list of them, not {type(callback).__module__}."
        f"{type(callback).__name__}")
