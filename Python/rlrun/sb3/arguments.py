"""Arguments of Stable-Baselines3's constructors as settings of rlrun's agents: each is honoured or refused by name."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from .._library import Error

#: Arguments that only their default is taken of, with the reason.
REFUSED: dict[str, tuple[Any, str]] = {
    "use_sde": (False, "rlrun has no state-dependent exploration"),
    "sde_sample_freq": (-1, "rlrun has no state-dependent exploration"),
    "use_sde_at_warmup": (False, "rlrun has no state-dependent exploration"),
    "rollout_buffer_class": (None, "rlrun has one rollout buffer"),
    "rollout_buffer_kwargs": (None, "rlrun has one rollout buffer"),
    "replay_buffer_class": (None, "rlrun has one replay buffer"),
    "replay_buffer_kwargs": (None, "rlrun has one replay buffer"),
    "stats_window_size": (100, "means of episodes are over the last 100"),
    "rms_prop_eps": (1e-5, "rlrun's RMSProp has the epsilon 1e-5"),
    "tensorboard_log": (None, "every training is recorded in rlrun's store; 'rlrun export' writes event files of it"),
    "_init_setup_model": (True, "rlrun sets models up when they learn or predict"),
}
#: Arguments that change nothing that is learnt.
WITHOUT_EFFECT = {"optimize_memory_usage": "the replay buffer is compact"}


def settings(algorithm: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of an agent for the arguments of a constructor, without policy, env, seed and verbose.

    Raises `Error` that names what is not supported.
    """
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name in REFUSED:
            default, reason = REFUSED[name]
            if value is not default and value != default:
                raise Error(f"{algorithm} of rlrun does not support {name}={value!r}: {reason}; leave it out")
        elif name in WITHOUT_EFFECT:
            if not isinstance(value, bool):
                raise Error(f"{name} is True or False, not {value!r}")
        elif name == "device":
            if str(value) not in ("auto", "cpu"):
                raise Error(f"{algorithm} of rlrun trains on the CPU: device is 'auto' or 'cpu', not {value!r}")
        elif name in ("learning_rate", "clip_range", "clip_range_vf"):
            values[name] = None if value is None else schedule(name, value)
        elif name == "train_freq":
            values[name] = _train_frequency(value)
        elif name == "ent_coef" and isinstance(value, str):
            values.update(_entropy_coefficient(value))
        elif name == "target_entropy":
            values[name] = None if value == "auto" else float(value)
        elif name == "action_noise":
            values.update(_noise(value))
        elif name == "policy_kwargs":
            values.update(_policy_keywords(algorithm, value))
        else:
            values[name] = value
    return values


def policy(algorithm: str, value: Any) -> None:
    """Throws for any policy but MlpPolicy."""
    name = value if isinstance(value, str) else getattr(value, "__name__", repr(value))
    if name not in ("MlpPolicy", "ActorCriticPolicy", "DQNPolicy", "SACPolicy", "TD3Policy", "MultiInputPolicy"):
        raise Error(f"{algorithm} of rlrun has the policy 'MlpPolicy' only, not {name!r}")


def schedule(name: str, value: Any) -> Any:
    """A number, or a text for what falls linearly to 0. Throws for other schedules."""
    if not callable(value):
        return value
    try:
        start, middle, end = (float(value(remaining)) for remaining in (1.0, 0.5, 0.0))
    except Exception as error:
        raise Error(f"{name} is a number or a function of the remaining progress from 1 to 0, which has failed: {error}") from error
    points = [(remaining, float(value(remaining))) for remaining in (0.9, 0.7, 0.3, 0.1)]
    scale = max(abs(start), 1e-12)
    if all(abs(one - start) < 1e-9 * scale for _, one in points) and abs(end - start) < 1e-9 * scale:
        return start
    if abs(end) < 1e-9 * scale and all(abs(one - start * remaining) < 1e-9 * scale for remaining, one in points) and math.isfinite(middle):
        return f"lin_{start!r}"
    raise Error(f"{name} of rlrun is constant or falls linearly to 0; this schedule goes from {start:g} by {middle:g} to {end:g}")


def _train_frequency(value: Any) -> int:
    if isinstance(value, (tuple, list)):
        count, unit = value
        unit = getattr(unit, "value", unit)
        if unit != "step":
            raise Error(f"train_freq of rlrun counts steps, not {unit}s: give (n, 'step')")
        return int(count)
    return int(value)


def _entropy_coefficient(text: str) -> dict[str, Any]:
    if text == "auto":
        return {"ent_coef": None}
    if text.startswith("auto_"):
        return {"ent_coef": None, "initial_ent_coef": float(text[5:])}
    raise Error(f"ent_coef is a number, 'auto' or 'auto_0.1', not {text!r}")


def _noise(value: Any) -> dict[str, Any]:
    if value is None:
        return {}
    kinds = {"NormalActionNoise": "normal", "OrnsteinUhlenbeckActionNoise": "ornstein-uhlenbeck"}
    kind = kinds.get(type(value).__name__)
    if kind is None:
        raise Error(f"action_noise of rlrun is NormalActionNoise or OrnsteinUhlenbeckActionNoise, not {type(value).__name__}")
    import numpy as np

    mean, sigma = np.asarray(value._mu, float).reshape(-1), np.asarray(value._sigma, float).reshape(-1)
    if np.any(mean != 0) or np.any(sigma != sigma[0]):
        raise Error("action_noise of rlrun has mean 0 and one standard deviation for all actions")
    return {"noise_type": kind, "noise_std": float(sigma[0])}


#: Entries of policy_kwargs that only their default is taken of.
_KEYWORD_DEFAULTS: dict[str, Any] = {
    "use_sde": False, "full_std": True, "use_expln": False, "squash_output": False, "features_extractor_kwargs": None,
    "normalize_images": True, "optimizer_kwargs": None, "n_critics": 2,
}


def _policy_keywords(algorithm: str, keywords: Mapping[str, Any] | None) -> dict[str, Any]:
    values: dict[str, Any] = {}
    on_policy = algorithm in ("PPO", "A2C")
    for name, value in (keywords or {}).items():
        if name == "net_arch":
            values[name] = _widths(value)
        elif name == "activation_fn":
            values[name] = activation(value)
        elif name in ("ortho_init", "log_std_init") and on_policy:
            values[name] = value
        elif name == "log_std_init" and value == -3:
            continue
        elif name == "share_features_extractor" and value is on_policy:
            continue
        elif name in _KEYWORD_DEFAULTS and value == _KEYWORD_DEFAULTS[name]:
            continue
        elif name == "optimizer_class" and getattr(value, "__name__", value) == "Adam":
            continue
        elif name == "features_extractor_class" and getattr(value, "__name__", value) == "FlattenExtractor":
            continue
        else:
            raise Error(f"{algorithm} of rlrun does not support policy_kwargs' {name}={value!r}: leave it out")
    return values


def activation(value: Any) -> str:
    """`nn.ReLU` as `relu`."""
    return str(value if isinstance(value, str) else getattr(value, "__name__", value)).lower()


def _widths(value: Any) -> list[int]:
    if isinstance(value, Mapping):
        parts = [list(part) for part in value.values()]
        if not parts or any(part != parts[0] for part in parts):
            raise Error(f"net_arch of rlrun is one list of widths for all networks, not {dict(value)!r}")
        return [int(width) for width in parts[0]]
    value = list(value)
    if len(value) == 1 and isinstance(value[0], Mapping):
        return _widths(value[0])
    return [int(width) for width in value]


Schedule = Callable[[float], float]
