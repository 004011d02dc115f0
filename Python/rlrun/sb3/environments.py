"""Environments that are objects of this process: Swift asks for a step of all of them at once."""

from __future__ import annotations

import ctypes
import json
import os
from typing import Any

import numpy as np

from .. import _spaces
from .._library import Error, Handle, call, column

_STEP = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_int32, ctypes.c_uint64)


class LentEnvironments:
    """A `gymnasium.Env`, a list of them, a vector of them, or the id of one, for a training of rlrun's."""

    def __init__(self, env: Any) -> None:
        gymnasium = _spaces.require_gymnasium()
        from gymnasium.vector import AutoresetMode, SyncVectorEnv, VectorEnv

        self._vector: Any = None
        if isinstance(env, str):
            env = gymnasium.make(env)
        if isinstance(env, gymnasium.Env):
            self._envs = [env]
        elif isinstance(env, VectorEnv):
            mode = (env.metadata or {}).get("autoreset_mode")
            if isinstance(env, SyncVectorEnv):
                # Its environments are stepped here, whatever it does where they end.
                self._envs = list(env.envs)
            elif mode == AutoresetMode.SAME_STEP:
                self._envs, self._vector = [], env
            else:
                raise Error(
                    "rlrun learns in vectors whose environments reset in the same step: make it with "
                    "autoreset_mode=gymnasium.vector.AutoresetMode.SAME_STEP")
        elif isinstance(env, (list, tuple)) and env:
            self._envs = [one() if not isinstance(one, gymnasium.Env) and callable(one) else one for one in env]
            for one in self._envs:
                if not isinstance(one, gymnasium.Env):
                    raise Error(f"an environment is a gymnasium.Env, not {type(one).__name__}")
        elif hasattr(env, "envs") and hasattr(env, "step_wait"):
            # Stable-Baselines3's DummyVecEnv.
            self._envs = list(env.envs)
        else:
            raise Error(f"env is an id, a gymnasium.Env, a list or a vector of them, not {type(env).__name__}")
        first = self._vector if self._vector is not None else self._envs[0]
        self.count = first.num_envs if self._vector is not None else len(self._envs)
        observations = first.single_observation_space if self._vector is not None else first.observation_space
        actions = first.single_action_space if self._vector is not None else first.action_space
        for one in self._envs[1:]:
            if one.observation_space != observations or one.action_space != actions:
                raise Error("environments that are stepped together have the same spaces")
        kind = type(first if self._vector is not None else first.unwrapped)
        self.id = f"object:{kind.__module__}.{kind.__qualname__}"
        spec = getattr(first, "spec", None)
        limit = getattr(spec, "max_episode_steps", None)
        threshold = getattr(spec, "reward_threshold", None)
        try:
            self.description: dict[str, Any] = {
                "id": self.id, "observations": _spaces.describe(observations), "actions": _spaces.describe(actions),
                "timeLimit": limit, "rewardThreshold": None if threshold is None else float(threshold), "masks": None,
            }
        except TypeError as error:
            raise Error(f"{self.id}: {error}") from error
        self._spaces = (observations, actions)
        #: What an environment has raised.
        self.raised: BaseException | None = None
        self._function = _STEP(self._called)
        self._handle: Handle | None = None
        self._write = _spaces.writer(observations)
        self._is_vector_row = isinstance(observations, gymnasium.spaces.Box) and len(observations.shape) == 1
        self._make_actions = _actions(actions)
        self._steps = [one.step for one in self._envs]
        self.prepare()

    def prepare(self) -> None:
        """Lends the environments anew: another object of the same class may have taken their name."""
        answer = call(
            "training.lend", environment=self.description, count=self.count,
            callback=ctypes.cast(self._function, ctypes.c_void_p).value)
        self._handle = Handle(answer["handle"])
        n = self.count

        def shared(name: str, dtype: Any, *shape: int) -> np.ndarray:
            return column(answer[name], dtype, shape, self._handle)

        width, action_width = (_spaces.width(self.description[name]) for name in ("observations", "actions"))
        self._actions = shared("actions", np.float32, n, action_width)
        self._observations = shared("observations", np.float32, n, width)
        self._finals = shared("finals", np.float32, n, width)
        self._rewards = shared("rewards", np.float64, n)
        self._endings = shared("endings", np.uint8, n)
        self._rows = [self._observations[place] for place in range(n)]

    def describe(self, store: str, run: str) -> None:
        """Keeps with the run what its environment looks like, for those who load its policy."""
        from ..logging import resume_run

        if "environment.json" in _artifacts(store, run):
            return
        logged = resume_run(run, store=store)
        logged.log_bytes(json.dumps(self.description).encode(), "environment.json", "application/json")
        logged.release()

    def take_error(self) -> BaseException:
        error, self.raised = self.raised, None
        assert error is not None
        return error

    def _called(self, request: int, seed: int) -> int:
        try:
            if request == 0:
                self._reset(seed)
            elif self._vector is not None:
                self._step_vector()
            else:
                self._step()
            return 0
        except BaseException as error:
            self.raised = error
            return 1

    def _reset(self, seed: int) -> None:
        seed %= 2**32
        if self._vector is not None:
            observations, _ = self._vector.reset(seed=int(seed))
            self._observations[:] = _spaces.flatten(self._spaces[0])(observations)
        else:
            for place, env in enumerate(self._envs):
                observation, _ = env.reset(seed=(seed + place) % 2**32)
                self._write(self._rows[place], observation)
        self._rewards[:] = 0
        self._endings[:] = 0

    def _step(self) -> None:
        rewards, endings, write, rows = self._rewards, self._endings, self._write, self._rows
        actions = self._make_actions(self._actions)
        if self._is_vector_row:
            for place, step in enumerate(self._steps):
                observation, rewards[place], terminated, truncated, _ = step(actions[place])
                if terminated or truncated:
                    self._end(place, observation, terminated)
                else:
                    rows[place][:] = observation
                    endings[place] = 0
            return
        for place, step in enumerate(self._steps):
            observation, rewards[place], terminated, truncated, _ = step(actions[place])
            if terminated or truncated:
                self._end(place, observation, terminated)
            else:
                write(rows[place], observation)
                endings[place] = 0

    def _end(self, place: int, observation: Any, terminated: bool) -> None:
        self._write(self._finals[place], observation)
        self._endings[place] = 1 if terminated else 2
        first, _ = self._envs[place].reset()
        self._write(self._rows[place], first)

    def _step_vector(self) -> None:
        flatten = _spaces.flatten(self._spaces[0])
        actions = np.asarray(self._make_actions(self._actions), self._spaces[1].dtype)
        observations, rewards, terminated, truncated, infos = self._vector.step(actions)
        self._observations[:] = flatten(observations)
        self._rewards[:] = rewards
        self._endings[:] = np.where(terminated, 1, np.where(truncated, 2, 0))
        for place in np.flatnonzero(self._endings):
            self._write(self._finals[place], infos["final_obs"][place])


def _artifacts(store: str, run: str) -> list[str]:
    from ..reading import load_run

    return load_run(run, store=store).artifacts


def _actions(space: Any) -> Any:
    """A function that makes a list of actions of rows `[N, A]`."""
    spaces = _spaces.require_gymnasium().spaces
    if isinstance(space, spaces.Discrete):
        return lambda rows: list(rows[:, 0].astype(np.int64))
    if isinstance(space, spaces.Box):
        low, high, shape, dtype = space.low.reshape(-1), space.high.reshape(-1), space.shape, space.dtype
        return lambda rows: np.clip(rows, low, high).astype(dtype).reshape((rows.shape[0], *shape))
    shape, dtype = space.shape, space.dtype
    return lambda rows: rows.astype(dtype).reshape((rows.shape[0], *shape))
