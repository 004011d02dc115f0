"""Trainings of Stable-Baselines3 itself, recorded as runs: a writer for its logger, and a callback."""

from __future__ import annotations

import os
from typing import Any

from ..logging import Run, start_run

try:
    from stable_baselines3.common.callbacks import BaseCallback as _Callback
    from stable_baselines3.common.logger import KVWriter as _Writer
except ImportError:
    _Callback = _Writer = object  # type: ignore[assignment,misc]


class RunKVWriter(_Writer):  # type: ignore[misc,valid-type]
    """A writer for Stable-Baselines3's logger that records into a run: `Logger(None, [RunKVWriter(run)])`."""

    def __init__(self, run: Run) -> None:
        self.run = run

    def write(self, key_values: dict[str, Any], key_excluded: dict[str, Any], step: int = 0) -> None:
        numbers = {name: value for name, value in key_values.items() if _is_number(value)}
        if numbers:
            self.run.log(numbers, step=step)

    def close(self) -> None:
        self.run.flush()


class RunCallback(_Callback):  # type: ignore[misc,valid-type]
    """A callback for a training of Stable-Baselines3: `PPO(...).learn(100_000, callback=RunCallback("exp"))` is a run.

    Stable-Baselines3 tells no callback of an exception that ends a training: the run ends as failed with the program, or where
    the callback is used again; `with` around a `rlrun.start_run` and `RunKVWriter` ends it at once.
    """

    def __init__(self, experiment: str = "stable-baselines3", *, store: str | os.PathLike[str] | None = None, **options: Any) -> None:
        if _Callback is object:
            raise ImportError("RunCallback records trainings of Stable-Baselines3: pip install stable-baselines3")
        super().__init__()
        self.experiment, self.store, self.options = experiment, store, options
        self.run: Run | None = None

    def _on_training_start(self) -> None:
        if self.run is not None:
            # Of a training that an exception has ended, about which Stable-Baselines3 tells no callback.
            self.run.finish("failed", "an exception ended the training")
        model = self.model
        options = {
            "agent": type(model).__name__.lower(), "seed": model.seed or 0, "params": _hyperparameters(model),
            "environment": _environment(model), **self.options,
        }
        self.run = start_run(self.experiment, store=self.store, **options)
        self.logger.output_formats.append(RunKVWriter(self.run))

    def _on_step(self) -> bool:
        return True

    def _on_training_end(self) -> None:
        if self.run is not None:
            self.logger.dump(self.num_timesteps)
            self.logger.output_formats[:] = [one for one in self.logger.output_formats if not isinstance(one, RunKVWriter)]
            self.run.finish()


def _is_number(value: Any) -> bool:
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return not isinstance(value, str)


def _environment(model: Any) -> str:
    try:
        spec = model.get_env().get_attr("spec")[0]
        # Those of a native environment have options that Gymnasium's ids cannot have.
        return "" if spec is None else spec.kwargs["id"] if spec.entry_point == "rlrun.env:NativeEnv" else spec.id
    except Exception:
        return ""


def _hyperparameters(model: Any) -> dict[str, Any]:
    names = (
        "learning_rate", "n_steps", "batch_size", "n_epochs", "gamma", "gae_lambda", "ent_coef", "vf_coef", "max_grad_norm",
        "buffer_size", "learning_starts", "tau", "gradient_steps", "target_update_interval", "exploration_fraction",
        "exploration_final_eps", "policy_delay", "policy_kwargs",
    )
    return {name: getattr(model, name) for name in names if getattr(model, name, None) is not None}
