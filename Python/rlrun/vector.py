"""Vectors of native environments, as Gymnasium's `VectorEnv`."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import _spaces
from ._library import Error, Handle, call, column, failure, library

gymnasium = _spaces.require_gymnasium()
from gymnasium.vector import AutoresetMode, VectorEnv  # noqa: E402
from gymnasium.vector.utils import batch_space  # noqa: E402

_MODES = {AutoresetMode.NEXT_STEP: "next-step", AutoresetMode.SAME_STEP: "same-step", AutoresetMode.DISABLED: "disabled"}


class NativeVectorEnv(VectorEnv):
    """Environments of rlrun's, stepped together in Swift. `rlrun.make_vec` makes one.

    Environment i of `reset(seed=s)` plays the episode of `gymnasium.make(id).reset(seed=s + i)`.

    >>> import numpy, rlrun
    >>> envs = rlrun.make_vec("CartPole-v1", 2)
    >>> observations, infos = envs.reset(seed=123)
    >>> observations.shape
    (2, 4)
    >>> observations, rewards, terminations, truncations, infos = envs.step(numpy.array([0, 1]))
    >>> rewards
    array([1., 1.])
    """

    def __init__(self, id: str, num_envs: int, autoreset_mode: AutoresetMode, threads: int) -> None:
        answer = call("vector.make", id=id, count=int(num_envs), autoReset=_MODES[autoreset_mode], threads=int(threads))
        self._handle = Handle(answer["handle"])
        self._number = self._handle.number
        described = answer["environment"]
        self.id: str = described["id"]
        self.num_envs = int(num_envs)
        self.single_observation_space = _spaces.space(described["observations"])
        self.single_action_space = _spaces.space(described["actions"])
        self.observation_space = batch_space(self.single_observation_space, self.num_envs)
        self.action_space = batch_space(self.single_action_space, self.num_envs)
        self.metadata = {"autoreset_mode": autoreset_mode, "render_modes": []}
        self.time_limit: int | None = described.get("timeLimit")
        self.reward_threshold: float | None = described.get("rewardThreshold")
        self.spec = _spaces.specification(self.id, self.time_limit, self.reward_threshold)
        self._is_same_step = autoreset_mode is AutoresetMode.SAME_STEP

        def shared(name: str, dtype: Any, *shape: int) -> np.ndarray:
            return column(answer[name], dtype, shape, self._handle)

        n = self.num_envs
        self._actions = shared("actions", np.float32, n, _spaces.width(described["actions"]))
        self._action_vector = self._actions[:, 0] if self._actions.shape[1] == 1 else None
        self._observations = shared("observations", np.float32, n, _spaces.width(described["observations"]))
        self._finals = shared("finals", np.float32, n, _spaces.width(described["observations"]))
        self._rewards = shared("rewards", np.float64, n)
        self._terminations = shared("terminations", np.uint8, n).view(np.bool_)
        self._truncations = shared("truncations", np.uint8, n).view(np.bool_)
        masks = described.get("maskWidth")
        self._masks = shared("masks", np.uint8, n, masks).view(np.bool_) if masks else None
        self._members = _spaces.unflatten(self.single_observation_space)
        self._is_plain = isinstance(self.single_observation_space, gymnasium.spaces.Box)
        self._rows = None if isinstance(self.single_action_space, gymnasium.spaces.Discrete) else _spaces.flatten(
            self.single_action_space)
        self._was_reset = False
        self._step = library.rlrun_vector_step

    def _infos(self) -> dict[str, Any]:
        if self._masks is None:
            return {}
        return {"action_mask": self._masks.copy(), "_action_mask": np.ones(self.num_envs, np.bool_)}

    def reset(self, *, seed: int | list[int | None] | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """Starts episodes: in all environments, or, with `options={"reset_mask": flags}`, in those whose flag is set.

        `seed` seeds environment i with `seed + i`; a list counts up likewise. Without one they go on with their own generators,
        which the system seeds at first.
        """
        if options is not None and "reset_mask" in options:
            mask = np.asarray(options["reset_mask"])
            if mask.shape != (self.num_envs,) or mask.dtype != np.bool_:
                raise ValueError(f"reset_mask is an array of {self.num_envs} flags")
            if not self._was_reset or mask.all():
                self._reset(seed)
            elif seed is not None:
                raise Error("rlrun seeds all environments or none: leave out seed or reset_mask")
            else:
                call("vector.resetSome", handle=self._number, mask=mask.tolist())
        else:
            self._reset(seed)
        return self._members(self._observations), self._infos()

    def _reset(self, seed: int | list[int | None] | None) -> None:
        if isinstance(seed, (list, tuple, np.ndarray)):
            seeds = list(seed)
            if len(seeds) != self.num_envs:
                raise ValueError(f"{self.num_envs} environments take as many seeds, not {len(seeds)}")
            first = seeds[0]
            if first is None and all(one is None for one in seeds):
                seed = None
            elif first is not None and all(one == first + place for place, one in enumerate(seeds)):
                seed = int(first)
            else:
                raise Error("the seeds of rlrun's environments count up by one: give the first")
        if seed is None and not self._was_reset:
            seed = int(np.random.SeedSequence().generate_state(1, np.uint32)[0])
        if seed is not None and seed < 0:
            raise ValueError(f"a seed is at least 0, not {seed}")
        call("vector.reset", handle=self._number, seed=None if seed is None else int(seed))
        self._was_reset = True

    def step(self, actions: Any) -> tuple[Any, np.ndarray, np.ndarray, np.ndarray, dict[str, Any]]:
        """Steps each environment by its action: observations, rewards, terminations, truncations, infos."""
        if self._rows is None:
            self._action_vector[:] = actions
        else:
            self._actions[:] = self._rows(actions)
        endings = self._step(self._number)
        if endings < 0:
            raise failure()
        observations = self._observations.copy() if self._is_plain else self._members(self._observations)
        infos = {} if self._masks is None else self._infos()
        if endings and self._is_same_step:
            self._tell_finals(infos)
        return observations, self._rewards.copy(), self._terminations.copy(), self._truncations.copy(), infos

    def _tell_finals(self, infos: dict[str, Any]) -> None:
        ended = self._terminations | self._truncations
        finals = np.full(self.num_envs, None, object)
        places = np.flatnonzero(ended)
        rows = self._members(self._finals[places])
        is_dict, is_tuple = isinstance(rows, dict), isinstance(rows, tuple)
        for order, place in enumerate(places):
            if is_dict:
                finals[place] = {name: part[order] for name, part in rows.items()}
            else:
                finals[place] = tuple(part[order] for part in rows) if is_tuple else rows[order]
        infos["final_obs"], infos["_final_obs"] = finals, ended
        infos["final_info"], infos["_final_info"] = {}, ended.copy()

    def close_extras(self, **kwargs: Any) -> None:
        # The columns stay as long as an array shows them.
        self._number = 0


def make_vec(id: str, num_envs: int = 1, *, autoreset_mode: AutoresetMode | str = AutoresetMode.NEXT_STEP, threads: int = 1) -> NativeVectorEnv:
    """Makes `num_envs` native environments as a `gymnasium.vector.VectorEnv`.

    `id` may have options, `CartPole-v1:sutton_barto_reward=true`. `autoreset_mode` is Gymnasium's: `NEXT_STEP`, `SAME_STEP` or
    `DISABLED`. With `threads` above 1 as many step a share of the environments each, with the same results.

    >>> import rlrun
    >>> envs = rlrun.make_vec("Pendulum-v1", 8)
    >>> envs.single_action_space
    Box(-2.0, 2.0, (1,), float32)
    """
    if not isinstance(autoreset_mode, AutoresetMode):
        autoreset_mode = AutoresetMode(autoreset_mode)
    return NativeVectorEnv(id, num_envs, autoreset_mode, threads)
