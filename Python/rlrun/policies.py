"""Policies that have been trained: what acts, without anything that only learning needs."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from . import _spaces
from ._library import Handle, call, default_store, failure, library, write_taken


class Policy:
    """What acts. `load_policy` loads one of a run.

    `predict` takes one observation or a batch of them, as Stable-Baselines3's `predict` does, and returns the actions and None.
    """

    def __init__(self, opened: dict[str, Any]) -> None:
        self._handle = Handle(opened["handle"])
        described = opened["environment"]
        self.environment: str = described["id"]
        self._actions = described["actions"]
        self._observations = described["observations"]
        self._width = _spaces.width(self._observations)
        self._action_width = _spaces.width(self._actions)
        self._mask_width: int = described.get("maskWidth") or 0
        self._one: tuple[np.ndarray, int, np.ndarray, int] | None = None

    @property
    def observation_space(self) -> Any:
        """Gymnasium's space of observations."""
        return _spaces.space(self._observations)

    @property
    def action_space(self) -> Any:
        """Gymnasium's space of actions."""
        return _spaces.space(self._actions)

    def predict(
        self, observation: Any, state: Any = None, episode_start: Any = None, deterministic: bool = False, *,
        action_masks: Any = None,
    ) -> tuple[Any, None]:
        """The actions for an observation or a batch of observations: the most likely ones where `deterministic`."""
        rows, is_batch = self._rows(observation)
        actions = self.act(rows, deterministic=deterministic, action_masks=action_masks)
        return self._members(actions, is_batch), None

    def act(self, rows: np.ndarray, *, deterministic: bool = True, action_masks: Any = None) -> np.ndarray:
        """Actions `[N, A]` for observations `[N, W]`, both rows of numbers in single precision."""
        rows = np.ascontiguousarray(rows, np.float32)
        if rows.ndim != 2 or rows.shape[1] != self._width:
            raise ValueError(f"{self.environment} has observations of {self._width} numbers, not of shape {rows.shape}")
        count = rows.shape[0]
        actions = np.empty((count, self._action_width), np.float32)
        if count == 0:
            return actions
        masks = None
        if action_masks is not None:
            masks = np.ascontiguousarray(np.asarray(action_masks, np.bool_).reshape(count, -1))
            if masks.shape[1] != self._mask_width:
                raise ValueError(f"{self.environment} has action masks of {self._mask_width} flags, not {masks.shape[1]}")
        status = library.rlrun_act(
            self._handle.number, rows.ctypes.data, None if masks is None else masks.ctypes.data, count,
            int(deterministic), actions.ctypes.data)
        if status:
            raise failure()
        return actions

    def to_onnx(self, path: str | os.PathLike[str]) -> None:
        """Writes the policy as an ONNX model, which chooses the most likely actions.

        Its inputs are batches of observations as Gymnasium has them: `observation`, or an input for each key of a dictionary.
        Its outputs are `action` and what that is chosen by: `logits`, `q_values`, or `mean`. An environment of
        `normalize_observation=true` has its statistics in the graph, which takes observations as they were before.

        >>> import numpy, rlrun, tempfile
        >>> from rlrun.sb3 import DQN
        >>> folder = tempfile.mkdtemp()
        >>> rlrun.set_store(folder + "/runs")
        >>> model = DQN("MlpPolicy", "CartPole-v1", learning_starts=10, seed=1).learn(64)
        >>> model.policy.to_onnx(folder + "/policy.onnx")
        """
        write_taken(call("policy.onnx", handle=self._handle.number), path)

    def _rows(self, observation: Any) -> tuple[np.ndarray, bool]:
        kind = self._observations["kind"]
        if kind in ("tuple", "dict"):
            return self._composite(observation)
        array = np.asarray(observation, np.float32)
        if kind == "discrete":
            return array.reshape(-1, 1), array.ndim > 0
        if array.size == self._width and (array.ndim < 2 or array.shape[0] != 1):
            return array.reshape(1, -1), False
        if array.ndim >= 2 and array[0].size == self._width:
            return array.reshape(array.shape[0], -1), True
        raise ValueError(f"{self.environment} has observations of {self._width} numbers, not of shape {array.shape}")

    def _composite(self, observation: Any) -> tuple[np.ndarray, bool]:
        space = self.observation_space
        is_one = space.contains(observation)
        rows = np.empty((1, self._width), np.float32)
        if is_one:
            _spaces.writer(space)(rows[0], observation)
            return rows, False
        return _spaces.flatten(space)(observation), True

    def _members(self, actions: np.ndarray, is_batch: bool) -> Any:
        kind = self._actions["kind"]
        if kind == "discrete":
            members: Any = actions[:, 0].astype(np.int64)
        elif kind == "box":
            low = np.array([float(bound) for bound in self._actions["low"]], np.float32)
            high = np.array([float(bound) for bound in self._actions["high"]], np.float32)
            members = np.clip(actions, low, high)
        else:
            members = actions.astype(np.int64 if kind == "multiDiscrete" else np.int8)
        return members if is_batch else members[0]


def load_policy(run: str = "latest", *, seed: int = 0, store: str | os.PathLike[str] | None = None) -> Policy:
    """The policy of a run's last checkpoint, `RUN:best` for that of its best evaluation.

    `seed` is of the actions it draws where `deterministic` is False.

    >>> import numpy, rlrun, tempfile
    >>> from rlrun.sb3 import PPO
    >>> rlrun.set_store(tempfile.mkdtemp() + "/runs")
    >>> model = PPO("MlpPolicy", "CartPole-v1", n_steps=64, seed=1).learn(64)
    >>> policy = rlrun.load_policy(model.run_id)
    >>> policy.predict(numpy.zeros(4), deterministic=True)[0] in (0, 1)
    True
    """
    path = os.fspath(store) if store is not None else default_store()
    return Policy(call("policy.load", store=path, run=run, seed=int(seed)))
