"""How well a policy does: `evaluate_policy`."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from .. import _spaces
from .._library import Error
from .vec_env import VecEnv


def evaluate_policy(
    model: Any, env: Any = None, n_eval_episodes: int = 10, deterministic: bool = True, render: bool = False,
    callback: Callable[[dict[str, Any], dict[str, Any]], None] | None = None, reward_threshold: float | None = None,
    return_episode_rewards: bool = False, warn: bool = True, *, seed: int | None = None,
) -> Any:
    """The mean and the standard deviation of the rewards of whole episodes, or both lists.

    `env` is the id of a native environment, what `make_vec_env` makes, or a `gymnasium.Env`; without one that of the model.
    `model` is anything with a `predict`.

    >>> import rlrun, tempfile
    >>> from rlrun.sb3 import PPO, evaluate_policy
    >>> rlrun.set_store(tempfile.mkdtemp() + "/runs")
    >>> model = PPO("MlpPolicy", "CartPole-v1", n_steps=64, seed=1).learn(64)
    >>> mean, std = evaluate_policy(model, n_eval_episodes=4)
    >>> mean > 0
    True
    """
    if render:
        raise Error("evaluate_policy of rlrun does not support render=True: leave it out")
    if n_eval_episodes < 1:
        raise Error(f"n_eval_episodes is at least 1, not {n_eval_episodes}")
    env = env if env is not None else model.get_env()
    if isinstance(env, str):
        env = VecEnv(env, min(8, n_eval_episodes))
    if isinstance(env, VecEnv) or hasattr(env, "step_wait"):
        rewards, lengths = _of_vector(model, env, n_eval_episodes, deterministic, callback, seed)
    else:
        gymnasium = _spaces.require_gymnasium()
        if isinstance(env, gymnasium.vector.VectorEnv):
            if type(env).__name__ == "NativeVectorEnv":
                rewards, lengths = _of_vector(
                    model, VecEnv(env.id, env.num_envs), n_eval_episodes, deterministic, callback, seed)
            else:
                raise Error("evaluate_policy takes a gymnasium.Env or what make_vec_env makes, not a vector of Gymnasium's")
        else:
            if isinstance(env, (list, tuple)):
                env = env[0]
            rewards, lengths = _of_one(model, env, n_eval_episodes, deterministic, callback, seed)
    mean, std = float(np.mean(rewards)), float(np.std(rewards))
    if reward_threshold is not None and not mean > reward_threshold:
        raise AssertionError(f"the mean reward is {mean:.2f}, below the threshold of {reward_threshold:.2f}")
    return (rewards, lengths) if return_episode_rewards else (mean, std)


def _of_vector(
    model: Any, env: Any, episodes: int, deterministic: bool, callback: Any, seed: int | None
) -> tuple[list[float], list[int]]:
    count = env.num_envs
    targets = np.array([(episodes + place) // count for place in range(count)])
    done, rewards, lengths = np.zeros(count, int), np.zeros(count), np.zeros(count, int)
    all_rewards: list[float] = []
    all_lengths: list[int] = []
    if seed is not None:
        env.seed(seed)
    observations = env.reset()
    while (done < targets).any():
        actions, _ = model.predict(observations, deterministic=deterministic)
        observations, step_rewards, ended, infos = env.step(actions)
        rewards += step_rewards
        lengths += 1
        for place in range(count):
            if done[place] >= targets[place]:
                continue
            if callback is not None:
                callback(locals(), globals())
            if ended[place]:
                all_rewards.append(float(rewards[place]))
                all_lengths.append(int(lengths[place]))
                done[place] += 1
        rewards[ended], lengths[ended] = 0, 0
    return all_rewards, all_lengths


def _of_one(
    model: Any, env: Any, episodes: int, deterministic: bool, callback: Any, seed: int | None
) -> tuple[list[float], list[int]]:
    if not hasattr(env, "reset") or not hasattr(env, "step"):
        raise Error(f"env is an id, a gymnasium.Env or what make_vec_env makes, not {type(env).__name__}")
    all_rewards: list[float] = []
    all_lengths: list[int] = []
    for episode in range(episodes):
        observation, _ = env.reset(seed=seed if episode == 0 else None)
        reward, length, ended = 0.0, 0, False
        while not ended:
            action, _ = model.predict(observation, deterministic=deterministic)
            observation, step_reward, terminated, truncated, _ = env.step(action)
            reward += float(step_reward)
            length += 1
            ended = bool(terminated or truncated)
            if callback is not None:
                callback(locals(), globals())
        all_rewards.append(reward)
        all_lengths.append(length)
    if len(all_rewards) < episodes:
        warnings.warn("fewer episodes were played than asked for", stacklevel=2)
    return all_rewards, all_lengths
