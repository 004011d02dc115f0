"""Native environments as Stable-Baselines3's `VecEnv`."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import _spaces
from .._library import Error

try:  # Its own base class where it is installed, so that its algorithms take these environments.
    from stable_baselines3.common.vec_env import VecEnv as _Base
except ImportError:
    _Base = object  # type: ignore[assignment,misc]


class VecEnv(_Base):  # type: ignore[misc,valid-type]
    """Native environments, with the methods of Stable-Baselines3's `VecEnv`: its algorithms learn in them, and so do rlrun's.

    >>> import numpy
    >>> from rlrun.sb3 import VecEnv
    >>> env = VecEnv("CartPole-v1", 4)
    >>> env.reset().shape
    (4, 4)
    >>> observations, rewards, dones, infos = env.step(numpy.zeros(4, int))
    """

    def __init__(self, id: str, num_envs: int = 1, *, seed: int | None = None, threads: int = 1) -> None:
        from ..vector import make_vec

        gymnasium = _spaces.require_gymnasium()
        self._vector = make_vec(id, num_envs, autoreset_mode=gymnasium.vector.AutoresetMode.SAME_STEP, threads=threads)
        self.id: str = self._vector.id
        if isinstance(self._vector.single_observation_space, gymnasium.spaces.Tuple):
            raise Error(f"{self.id} has observations of several parts, which Stable-Baselines3's vectors do not have")
        self._actions: Any = None
        self._next_seed = seed
        self._returns = np.zeros(num_envs)
        self._lengths = np.zeros(num_envs, int)
        if _Base is object:
            self.num_envs = num_envs
            self.observation_space = self._vector.single_observation_space
            self.action_space = self._vector.single_action_space
            self.reset_infos: list[dict[str, Any]] = [{} for _ in range(num_envs)]
        else:
            self.render_mode = None
            super().__init__(num_envs, self._vector.single_observation_space, self._vector.single_action_space)
        self.render_mode = None

    def seed(self, seed: int | None = None) -> list[int | None]:
        """The seed of the next reset: of environment i it is `seed + i`."""
        if seed is None:
            seed = int(np.random.SeedSequence().generate_state(1, np.uint32)[0])
        self._next_seed = int(seed)
        return [int(seed) + place for place in range(self.num_envs)]

    def reset(self) -> Any:
        observations, _ = self._vector.reset(seed=self._next_seed)
        self._next_seed = None
        self._returns[:], self._lengths[:] = 0, 0
        return observations

    def step_async(self, actions: Any) -> None:
        self._actions = actions

    def step_wait(self) -> tuple[Any, np.ndarray, np.ndarray, list[dict[str, Any]]]:
        observations, rewards, terminations, truncations, final = self._vector.step(self._actions)
        dones = terminations | truncations
        infos: list[dict[str, Any]] = [{} for _ in range(self.num_envs)]
        self._returns += rewards
        self._lengths += 1
        if "final_obs" in final:
            for place in np.flatnonzero(dones):
                infos[place] = {
                    "terminal_observation": final["final_obs"][place],
                    "TimeLimit.truncated": bool(truncations[place] and not terminations[place]),
                    "episode": {"r": float(self._returns[place]), "l": int(self._lengths[place]), "t": 0.0},
                }
            self._returns[dones], self._lengths[dones] = 0, 0
        return observations, rewards.astype(np.float32), dones, infos

    def step(self, actions: Any) -> tuple[Any, np.ndarray, np.ndarray, list[dict[str, Any]]]:
        self.step_async(actions)
        return self.step_wait()

    def close(self) -> None:
        self._vector.close()

    def get_attr(self, attr_name: str, indices: Any = None) -> list[Any]:
        if attr_name == "render_mode":
            return [None for _ in self._places(indices)]
        if not hasattr(self._vector, attr_name):
            raise AttributeError(f"environments of rlrun's have no attribute '{attr_name}'")
        return [getattr(self._vector, attr_name) for _ in self._places(indices)]

    def set_attr(self, attr_name: str, value: Any, indices: Any = None) -> None:
        raise Error("environments of rlrun's have no attributes to set: give options in the id")

    def env_method(self, method_name: str, *args: Any, indices: Any = None, **kwargs: Any) -> list[Any]:
        if method_name == "get_wrapper_attr" and args and args[0] == "render_mode":
            return [None for _ in self._places(indices)]
        raise Error(f"environments of rlrun's have no method '{method_name}'")

    def env_is_wrapped(self, wrapper_class: Any, indices: Any = None) -> list[bool]:
        # Episodes are told as Monitor tells them.
        return [getattr(wrapper_class, "__name__", "") == "Monitor" for _ in self._places(indices)]

    def _places(self, indices: Any) -> list[int]:
        if indices is None:
            return list(range(self.num_envs))
        return [indices] if isinstance(indices, int) else list(indices)


def make_vec_env(env_id: str, n_envs: int = 1, seed: int | None = None, *, threads: int = 1, **unsupported: Any) -> VecEnv:
    """`n_envs` native environments to learn in, as `PPO("MlpPolicy", make_vec_env("CartPole-v1", 8))`."""
    for name, value in unsupported.items():
        if value is not None and value != 0:
            raise Error(f"make_vec_env of rlrun does not support {name}={value!r}: leave it out")
    if not isinstance(env_id, str):
        raise Error("make_vec_env of rlrun takes the id of a native environment; give objects to the algorithm as a list")
    return VecEnv(env_id, n_envs, seed=seed, threads=threads)
