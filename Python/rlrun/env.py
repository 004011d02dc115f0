"""One native environment, as Gymnasium's `Env`."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import _spaces
from .vector import NativeVectorEnv

gymnasium = _spaces.require_gymnasium()


class NativeEnv(gymnasium.Env):  # type: ignore[misc,name-defined]
    """An environment of rlrun's. `rlrun.make` makes one; many at once are faster by `make_vec`.

    >>> import rlrun
    >>> env = rlrun.make("CartPole-v1")
    >>> observation, info = env.reset(seed=123)
    >>> env.step(1)[1:]
    (1.0, False, False, {})
    """

    metadata: dict[str, Any] = {"render_modes": []}

    def __init__(self, id: str) -> None:
        self._vector = NativeVectorEnv(id, 1, gymnasium.vector.AutoresetMode.DISABLED, 1)
        self.id = self._vector.id
        self.spec = self._vector.spec
        self.observation_space = self._vector.single_observation_space
        self.action_space = self._vector.single_action_space
        self._first = self._first_of(self.observation_space)

    @staticmethod
    def _first_of(space: Any) -> Any:
        """A function that takes the member out of a batch of one."""
        if isinstance(space, gymnasium.spaces.Dict):
            parts = {name: NativeEnv._first_of(part) for name, part in space.spaces.items()}
            return lambda batch: {name: first(batch[name]) for name, first in parts.items()}
        if isinstance(space, gymnasium.spaces.Tuple):
            firsts = [NativeEnv._first_of(part) for part in space.spaces]
            return lambda batch: tuple(first(part) for first, part in zip(firsts, batch))
        return lambda batch: batch[0]

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        super().reset(seed=seed)
        observations, infos = self._vector.reset(seed=seed)
        return self._first(observations), self._info(infos)

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        if isinstance(self.action_space, gymnasium.spaces.Discrete):
            batch: Any = np.asarray([action], np.float32).reshape(1)
        else:
            batch = np.asarray(action)[None]
        observations, rewards, terminations, truncations, infos = self._vector.step(batch)
        return self._first(observations), float(rewards[0]), bool(terminations[0]), bool(truncations[0]), self._info(infos)

    @staticmethod
    def _info(infos: dict[str, Any]) -> dict[str, Any]:
        return {"action_mask": infos["action_mask"][0]} if "action_mask" in infos else {}

    def close(self) -> None:
        self._vector.close()


def make(id: str) -> NativeEnv:
    """Makes a native environment as a `gymnasium.Env`; `id` may have options, `CartPole-v1:sutton_barto_reward=true`."""
    return NativeEnv(id)
