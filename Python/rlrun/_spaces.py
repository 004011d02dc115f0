"""Spaces: those of the library as Gymnasium's, members as rows of numbers."""

from __future__ import annotations

from typing import Any, Callable

import numpy as np


def require_gymnasium() -> Any:
    try:
        import gymnasium
    except ImportError as error:
        raise ImportError("this needs Gymnasium: pip install gymnasium") from error
    return gymnasium


def space(description: dict[str, Any]) -> Any:
    """Gymnasium's space of a description."""
    spaces = require_gymnasium().spaces
    kind = description["kind"]
    if kind == "discrete":
        return spaces.Discrete(description["count"], start=description["start"])
    if kind == "box":
        low = np.array([float(bound) for bound in description["low"]], np.float32)
        high = np.array([float(bound) for bound in description["high"]], np.float32)
        return spaces.Box(low, high, dtype=np.float32)
    if kind == "multiDiscrete":
        return spaces.MultiDiscrete(description["counts"])
    if kind == "multiBinary":
        return spaces.MultiBinary(description["count"])
    parts = [space(part) for part in description["spaces"]]
    return spaces.Tuple(parts) if kind == "tuple" else spaces.Dict(dict(zip(description["keys"], parts)))


def describe(space: Any) -> dict[str, Any]:
    """The description of a space of Gymnasium's. Raises `TypeError` for one that rows of numbers cannot hold."""
    spaces = require_gymnasium().spaces
    if isinstance(space, spaces.Discrete):
        return {"kind": "discrete", "count": int(space.n), "start": int(space.start)}
    if isinstance(space, spaces.Box):
        return {
            "kind": "box", "low": _bounds(space.low), "high": _bounds(space.high),
            "shape": [int(length) for length in space.shape], "bytes": space.dtype == np.uint8,
        }
    if isinstance(space, spaces.MultiDiscrete):
        return {"kind": "multiDiscrete", "counts": [int(count) for count in space.nvec.reshape(-1)]}
    if isinstance(space, spaces.MultiBinary):
        return {"kind": "multiBinary", "count": int(np.prod(space.shape))}
    if isinstance(space, spaces.Tuple):
        return {"kind": "tuple", "spaces": [describe(part) for part in space.spaces]}
    if isinstance(space, spaces.Dict):
        return {"kind": "dict", "keys": list(space.spaces), "spaces": [describe(part) for part in space.spaces.values()]}
    raise TypeError(f"rlrun does not know spaces of the kind {type(space).__name__}")


def _bounds(values: np.ndarray) -> list[float | str]:
    def written(value: float) -> float | str:
        return value if np.isfinite(value) else "inf" if value > 0 else "-inf"

    return [written(float(np.float32(value))) for value in values.reshape(-1)]


def width(description: dict[str, Any]) -> int:
    """The numbers that a member takes in a row."""
    kind = description["kind"]
    if kind == "discrete":
        return 1
    if kind == "box":
        return len(description["low"])
    if kind == "multiDiscrete":
        return len(description["counts"])
    if kind == "multiBinary":
        return description["count"]
    return sum(width(part) for part in description["spaces"])


def _parts(space: Any) -> list[Any]:
    spaces = require_gymnasium().spaces
    return list(space.spaces.values()) if isinstance(space, spaces.Dict) else list(space.spaces)


def unflatten(space: Any) -> Callable[[np.ndarray], Any]:
    """A function that makes of rows `[N, W]` what a batch of members is, always a copy."""
    spaces = require_gymnasium().spaces
    if isinstance(space, spaces.Discrete):
        return lambda rows: rows[:, 0].astype(space.dtype)
    if isinstance(space, (spaces.Tuple, spaces.Dict)):
        makers, start = [], 0
        for part in _parts(space):
            end = start + width(describe(part))
            makers.append((start, end, unflatten(part)))
            start = end
        if isinstance(space, spaces.Dict):
            names = list(space.spaces)
            return lambda rows: {name: make(rows[:, a:b]) for name, (a, b, make) in zip(names, makers)}
        return lambda rows: tuple(make(rows[:, a:b]) for a, b, make in makers)
    if isinstance(space, spaces.Box) and space.dtype == np.float32 and len(space.shape) == 1:
        return lambda rows: rows.copy()
    shape, dtype = space.shape, space.dtype
    return lambda rows: rows.reshape((rows.shape[0], *shape)).astype(dtype)


def flatten(space: Any) -> Callable[[Any], np.ndarray]:
    """A function that makes rows `[N, W]` in single precision of a batch of members."""
    spaces = require_gymnasium().spaces
    if isinstance(space, spaces.Discrete):
        return lambda batch: np.asarray(batch, np.float32).reshape(-1, 1)
    if isinstance(space, (spaces.Tuple, spaces.Dict)):
        parts = _parts(space)
        makers = [flatten(part) for part in parts]
        keys = list(space.spaces) if isinstance(space, spaces.Dict) else range(len(parts))
        return lambda batch: np.concatenate([make(batch[key]) for key, make in zip(keys, makers)], axis=1)
    columns = int(np.prod(space.shape))
    return lambda batch: np.ascontiguousarray(np.asarray(batch, np.float32).reshape(-1, columns))


def writer(space: Any) -> Callable[[np.ndarray, Any], None]:
    """A function that writes one member into a row of its width."""
    spaces = require_gymnasium().spaces
    if isinstance(space, spaces.Discrete):

        def write_number(row: np.ndarray, member: Any) -> None:
            row[0] = member

        return write_number
    if isinstance(space, (spaces.Tuple, spaces.Dict)):
        keys = list(space.spaces) if isinstance(space, spaces.Dict) else range(len(space.spaces))
        makers, start = [], 0
        for key, part in zip(keys, _parts(space)):
            end = start + width(describe(part))
            makers.append((key, start, end, writer(part)))
            start = end

        def write_parts(row: np.ndarray, member: Any) -> None:
            for key, first, last, write in makers:
                write(row[first:last], member[key])

        return write_parts
    if len(space.shape) == 1:

        def write_vector(row: np.ndarray, member: Any) -> None:
            row[:] = member

        return write_vector

    def write_array(row: np.ndarray, member: Any) -> None:
        row[:] = np.asarray(member).reshape(-1)

    return write_array


def specification(id: str, limit: int | None, threshold: float | None) -> Any:
    """Gymnasium's `EnvSpec` of a native environment, of which `gymnasium.make` makes another one.

    Its id has no options, which Gymnasium's ids cannot have; `kwargs["id"]` has them.
    """
    gymnasium = require_gymnasium()
    return gymnasium.envs.registration.EnvSpec(
        id.partition(":")[0], entry_point="rlrun.env:NativeEnv", kwargs={"id": id}, max_episode_steps=limit,
        reward_threshold=threshold)
