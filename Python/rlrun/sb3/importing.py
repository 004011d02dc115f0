"""Models that Stable-Baselines3 has saved, as runs. Neither PyTorch nor Stable-Baselines3 is needed."""

from __future__ import annotations

import collections
import io
import json
import os
import pickle
import re
import struct
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np

from .._library import Error, call, default_store
from . import algorithms

_TYPES = {"FloatStorage": np.float32, "DoubleStorage": np.float64, "LongStorage": np.int64, "IntStorage": np.int32}


class _Tensors(pickle.Unpickler):
    """Reads tensors that PyTorch has saved, and nothing else: no other class is made, no function called."""

    def __init__(self, file: io.BytesIO, archive: zipfile.ZipFile, folder: str) -> None:
        super().__init__(file)
        self._archive, self._folder = archive, folder

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return collections.OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _tensor
        if module == "torch" and name in _TYPES:
            return _TYPES[name]
        raise Error(f"the model holds {module}.{name}, which is no tensor")

    def persistent_load(self, saved: Any) -> np.ndarray:
        _, kind, key, _, _ = saved
        return np.frombuffer(self._archive.read(f"{self._folder}/data/{key}"), kind)


def _tensor(storage: np.ndarray, offset: int, shape: tuple[int, ...], stride: tuple[int, ...], *_: Any) -> np.ndarray:
    size = int(np.prod(shape))
    expected = tuple(int(np.prod(shape[place + 1:])) for place in range(len(shape)))
    if tuple(stride) != expected or offset < 0 or offset + size > storage.size:
        raise Error("the model holds a tensor that is not stored in order")
    return storage[offset:offset + size].reshape(shape)


def _read(path: Any) -> tuple[dict[str, Any], dict[str, np.ndarray], str]:
    try:
        with zipfile.ZipFile(path) as archive:
            data = json.loads(archive.read("data"))
            version = archive.read("_stable_baselines3_version").decode().strip()
            with zipfile.ZipFile(io.BytesIO(archive.read("policy.pth"))) as tensors:
                table = next(name for name in tensors.namelist() if name.endswith("/data.pkl"))
                state = _Tensors(io.BytesIO(tensors.read(table)), tensors, table.rsplit("/", 1)[0]).load()
    except (OSError, KeyError, ValueError, StopIteration, zipfile.BadZipFile, pickle.UnpicklingError) as error:
        raise Error(f"{path} is not a model of Stable-Baselines3's: {error}") from error
    return data, dict(state), version


def _layers(state: Mapping[str, np.ndarray], prefix: str) -> list[str]:
    """The layers of a Sequential, in order."""
    numbers = {int(match[1]) for name in state if (match := re.fullmatch(rf"{re.escape(prefix)}\.(\d+)\.weight", name))}
    return [f"{prefix}.{number}" for number in sorted(numbers)]


class _Checkpoint:
    """Tensors under rlrun's names: weights are [inputs, outputs]."""

    def __init__(self, state: Mapping[str, np.ndarray]) -> None:
        self.state = state
        self.tensors: dict[str, np.ndarray] = {}

    def network(self, name: str, layers: list[str]) -> list[int]:
        """Takes layers over; returns the widths between them."""
        for place, layer in enumerate(layers):
            self.tensors[f"{name}.{place}.weight"] = self.state[f"{layer}.weight"].T
            self.tensors[f"{name}.{place}.bias"] = self.state[f"{layer}.bias"]
        return [int(self.state[f"{layer}.bias"].size) for layer in layers[:-1]]

    def safetensors(self) -> bytes:
        header: dict[str, Any] = {}
        blocks, end = [], 0
        for name, tensor in sorted(self.tensors.items()):
            block = np.ascontiguousarray(tensor, "<f4").tobytes()
            header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [end, end + len(block)]}
            blocks.append(block)
            end += len(block)
        text = json.dumps(header).encode()
        text += b" " * (-len(text) % 8)
        return struct.pack("<Q", len(text)) + text + b"".join(blocks)


def _take(algorithm: str, state: Mapping[str, np.ndarray]) -> tuple[_Checkpoint, list[int]]:
    made = _Checkpoint(state)
    if algorithm in ("PPO", "A2C"):
        widths = made.network("policy", [*_layers(state, "mlp_extractor.policy_net"), "action_net"])
        if made.network("value", [*_layers(state, "mlp_extractor.value_net"), "value_net"]) != widths:
            raise Error("its policy and value networks have different widths, which those of rlrun do not have")
        if "log_std" in state:
            made.tensors["policy.log_std"] = state["log_std"]
    elif algorithm == "DQN":
        widths = made.network("q", _layers(state, "q_net.q_net"))
        made.network("target", _layers(state, "q_net_target.q_net"))
    else:
        if algorithm == "SAC":
            widths = made.network("actor", [*_layers(state, "actor.latent_pi"), "actor.mu"])
            last = f"actor.{len(widths)}"
            for part, axis in (("weight", 1), ("bias", 0)):
                log_std = state[f"actor.log_std.{part}"].T
                made.tensors[f"{last}.{part}"] = np.concatenate([made.tensors[f"{last}.{part}"], log_std], axis=axis)
        else:
            widths = made.network("actor", _layers(state, "actor.mu"))
            made.network("actor.target", _layers(state, "actor_target.mu"))
        for critic in range(2):
            made.network(f"critic{critic}", _layers(state, f"critic.qf{critic}"))
            made.network(f"critic{critic}.target", _layers(state, f"critic_target.qf{critic}"))
    return made, widths


#: Settings that a model's file has under the same name.
_SAME = (
    "gamma", "n_steps", "batch_size", "n_epochs", "gae_lambda", "ent_coef", "vf_coef", "max_grad_norm", "learning_rate",
    "buffer_size", "learning_starts", "tau", "gradient_steps", "target_update_interval", "exploration_fraction",
    "exploration_initial_eps", "exploration_final_eps", "policy_delay", "target_policy_noise", "target_noise_clip",
)


def import_model(
    path: str | os.PathLike[str], env: Any, *, experiment: str = "imported", store: str | os.PathLike[str] | None = None
) -> Any:
    """Makes a run of a model that Stable-Baselines3 has saved, and returns it as a model of rlrun's.

    `env` is what it was trained in, which its file does not say. The policy is taken over, with what rlrun has of the
    hyperparameters; the optimizer's state and the replay buffer are not, so that learning on begins a new run.
    """
    data, state, version = _read(path)
    name = next((one for one in ("PPO", "A2C", "DQN", "SAC", "TD3") if _fits(one, state, data)), None)
    if name is None:
        raise Error(f"{path} is not a model of PPO, A2C, DQN, SAC or TD3 with MlpPolicy")
    made, widths = _take(name, state)
    algorithm = getattr(algorithms, name)
    settings: dict[str, Any] = {"net_arch": widths}
    known = {one["name"] for one in call("training.settings", agent=algorithm.agent)}
    for key in _SAME:
        value = data.get(key)
        if key in known and isinstance(value, (int, float)) and not isinstance(value, bool):
            settings[key] = value
    activation = re.search(r"activation\.(\w+)", str((data.get("policy_kwargs") or {}).get("activation_fn", "")))
    if activation:
        settings["activation_fn"] = activation[1].lower()
    model = algorithm("MlpPolicy", env, seed=data.get("seed") or 0)
    model._settings.update(settings)
    tensors = made.safetensors()
    steps = int(data.get("num_timesteps", 0))
    folder = os.fspath(store) if store is not None else default_store()
    model.run_id = call(
        "policy.import", store=folder, experiment=experiment, agent=algorithm.agent, environment=model._environment,
        values=dict(model._settings, n_timesteps=max(1, steps)), seed=model._seed, steps=steps,
        tags={"imported": f"stable-baselines3 {version}"}, address=np.frombuffer(tensors, np.uint8).ctypes.data,
        count=len(tensors))
    model.store, model.num_timesteps = folder, steps
    if model._lent is not None:
        model._lent.describe(folder, model.run_id)
    return model


def _fits(algorithm: str, state: Mapping[str, np.ndarray], data: Mapping[str, Any]) -> bool:
    return {
        "PPO": "action_net.weight" in state and "n_epochs" in data,
        "A2C": "action_net.weight" in state and "n_epochs" not in data,
        "DQN": "q_net.q_net.0.weight" in state,
        "SAC": "actor.log_std.weight" in state,
        "TD3": "actor.mu.0.weight" in state and "critic.qf1.0.weight" in state,
    }[algorithm]
