"""What the algorithms have in common: learning as runs, acting, files."""

from __future__ import annotations

import ctypes
import io
import json
import os
import pathlib
import sys
import tempfile
import time
import zipfile
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from .. import _spaces
from .._library import Error, Handle, call, default_store, failure, library
from ..policies import Policy
from . import arguments
from .callbacks import BaseCallback, as_callback
from .environments import LentEnvironments
from .vec_env import VecEnv

_PROGRESS = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_ssize_t, ctypes.c_ssize_t, ctypes.c_double)


class BaseAlgorithm:
    """What the algorithms have in common: `learn`, `predict`, `save`, `load`.

    `env` is the id of an environment, native or Gymnasium's; a `gymnasium.Env`, a list of them or a vector, which are stepped in this
    process; or what `make_vec_env` makes. Every `learn` is a run of the store.
    """

    agent: ClassVar[str]

    def __init__(self, policy: Any, env: Any, given: dict[str, Any], verbose: int, seed: int | None) -> None:
        name = type(self).__name__
        arguments.policy(name, policy)
        self.verbose = int(verbose)
        self.seed = seed
        self.num_timesteps = 0
        #: The run that the last `learn` has recorded.
        self.run_id: str | None = None
        self.store: str | None = None
        self._arguments = given
        self._settings = arguments.settings(name, given)
        self._seed = int(np.random.SeedSequence().generate_state(1, np.uint32)[0]) if seed is None else int(seed)
        if self._seed < 0:
            raise Error(f"a seed is at least 0, not {seed}")
        self._environment: str | None = None
        self._lent: LentEnvironments | None = None
        self._count = 1
        self.env: Any = None
        self._policy: Policy | None = None
        self._training: int | None = None
        self.logger = _Logger(self)
        if env is not None:
            self.set_env(env)

    # MARK: The environment

    def set_env(self, env: Any, force_reset: bool = True) -> None:
        """Learns in these environments from now on."""
        lent, count = None, 1
        if isinstance(env, str):
            name = self._name_of(env)
            if name is None:
                lent = LentEnvironments(env)
        elif isinstance(env, VecEnv):
            name, count = env.id, env.num_envs
        elif type(env).__name__ == "NativeVectorEnv":
            name, count = env.id, env.num_envs
        else:
            name, lent = None, LentEnvironments(env)
        if lent is not None:
            name, count = lent.id, lent.count
        assert name is not None
        if lent is None:
            # Says now what the agent would say of it later.
            call("policy.fresh", agent=self.agent, environment=name, values=self._settings, seed=self._seed)
        self._environment, self._lent, self._count = name, lent, count
        self.env = env

    @staticmethod
    def _name_of(env: str) -> str | None:
        """The id of a native environment; None for one that Gymnasium makes."""
        try:
            return call("environments.describe", id=env)["id"]
        except Error:
            gymnasium = sys.modules.get("gymnasium")
            if gymnasium is None or ":" not in env and env not in gymnasium.envs.registry:
                raise
            return None

    def get_env(self) -> Any:
        """What it learns in."""
        return self.env

    @property
    def n_envs(self) -> int:
        return self._count

    @property
    def observation_space(self) -> Any:
        return self._acting().observation_space

    @property
    def action_space(self) -> Any:
        return self._acting().action_space

    # MARK: Learning

    def learn(
        self, total_timesteps: int, callback: Any = None, log_interval: int = 1, tb_log_name: str | None = None,
        reset_num_timesteps: bool = True, progress_bar: bool = False, *, store: str | os.PathLike[str] | None = None,
        tags: Mapping[str, str] | None = None, eval_freq: int = 0, eval_episodes: int = 10, final_episodes: int = 0,
    ) -> Any:
        """Learns, as a run of the store in the experiment `tb_log_name`, and returns the model.

        Learns for `total_timesteps` transitions, rounded up to whole iterations. `callback` is called once an iteration.
        `reset_num_timesteps=False` goes on with the run as if it had never ended; otherwise a model that has learnt begins a new
        run with its policy. Native environments can be evaluated on the way, `eval_freq` and `final_episodes`.
        """
        if self._environment is None:
            raise Error("the model has no environment to learn in: give env, or call set_env")
        total = int(total_timesteps)
        if total < 1:
            raise Error(f"total_timesteps is at least 1, not {total_timesteps}")
        path = os.fspath(store) if store is not None else self.store or default_store()
        if self._lent is not None:
            self._lent.prepare()
        if self.run_id is not None and not reset_num_timesteps:
            started = call("training.resume", store=path, run=self.run_id, budget=self.num_timesteps + total)
        else:
            values = dict(self._settings, n_envs=self._count, n_timesteps=total)
            started = call(
                "training.start", store=path, experiment=tb_log_name or type(self).__name__, name="", agent=self.agent,
                tags={str(key): str(value) for key, value in (tags or {}).items()}, environment=self._environment,
                values=values, seed=self._seed, evaluationFrequency=int(eval_freq), evaluationEpisodes=int(eval_episodes),
                finalEpisodes=int(final_episodes), source=self.run_id)
            self.num_timesteps = 0
        self.store, self.run_id = path, started["run"]
        handle = Handle(started["handle"])
        self._train(handle, as_callback(callback), log_interval, progress_bar, total)
        if self._lent is not None:
            self._lent.describe(path, self.run_id)
        self._policy = None
        return self

    def _train(self, handle: Handle, callback: BaseCallback | None, log_interval: int, progress_bar: bool, total: int) -> None:
        raised: list[BaseException] = []
        begin, iterations = time.monotonic(), 0

        def progress(step: int, budget: int, figure: float) -> int:
            nonlocal iterations
            iterations += 1
            self.num_timesteps = step
            self._policy = None
            try:
                if self.verbose >= 1 and iterations % max(1, log_interval or 1) == 0:
                    self._print(handle, iterations, begin)
                if progress_bar:
                    _show_progress(step, budget)
                if callback is not None and not callback._iteration():
                    return 1
            except BaseException as error:
                raised.append(error)
                return 1
            return 0

        function = _PROGRESS(progress)
        self._training = handle.number
        try:
            if callback is not None:
                callback.init_callback(self)
                callback.on_training_start({"total_timesteps": total, "self": self}, {})
            status = library.rlrun_train(handle.number, ctypes.cast(function, ctypes.c_void_p))
            error = failure() if status else None
            if progress_bar:
                print(file=sys.stderr)
            if self._lent is not None and self._lent.raised is not None:
                raise self._lent.take_error()
            if raised:
                raise raised[0]
            if error is not None:
                raise error
            self.num_timesteps = call("training.outcome", handle=handle.number)["step"]
            if callback is not None:
                callback.on_training_end()
        finally:
            self._training = None

    def _print(self, handle: Handle, iterations: int, begin: float) -> None:
        metrics = call("training.metrics", handle=handle.number)
        rows = {name: float(value) for name, value in metrics.items() if name.split("/")[0] in ("rollout", "train", "eval")}
        elapsed = time.monotonic() - begin
        rows["time/iterations"] = iterations
        rows["time/time_elapsed"] = int(elapsed)
        rows["time/fps"] = int(self.num_timesteps / max(elapsed, 1e-9))
        rows["time/total_timesteps"] = self.num_timesteps
        print(_table(rows))

    # MARK: Acting

    def predict(
        self, observation: Any, state: Any = None, episode_start: Any = None, deterministic: bool = False
    ) -> tuple[Any, Any]:
        """The actions for an observation or a batch of observations, and None."""
        return self._acting().predict(observation, deterministic=deterministic)

    def _acting(self) -> Policy:
        if self._policy is None:
            if self._training is not None:
                opened = call("training.policy", handle=self._training, seed=self._seed)
            elif self.run_id is not None:
                opened = call("policy.load", store=self.store, run=self.run_id, seed=self._seed)
            else:
                if self._environment is None:
                    raise Error("the model has neither learnt nor an environment: give env")
                if self._lent is not None:
                    self._lent.prepare()
                opened = call(
                    "policy.fresh", agent=self.agent, environment=self._environment, values=self._settings, seed=self._seed)
            self._policy = Policy(opened)
        return self._policy

    @property
    def policy(self) -> Policy:
        """The policy as it is now."""
        return self._acting()

    # MARK: Files

    def save(self, path: str | os.PathLike[str] | io.IOBase) -> None:
        """Writes the model into a zip file: the checkpoint as safetensors, and what made it as JSON."""
        if self.run_id is None:
            raise Error("the model has not learnt yet: there is nothing to save")
        answer = call("policy.checkpoint", store=self.store, run=self.run_id)
        handle = Handle(answer["handle"])
        data = ctypes.string_at(answer["bytes"]["address"], answer["bytes"]["count"])
        handle.close()
        described = None if self._lent is None else self._lent.description
        model = {
            "algorithm": type(self).__name__, "settings": self._settings, "environment": self._environment,
            "n_envs": self._count, "run": self.run_id, "store": os.path.abspath(self.store or ""), "seed": self._seed,
            "num_timesteps": self.num_timesteps, "description": described or self._described,
        }
        if not isinstance(path, io.IOBase):
            path = pathlib.Path(path)
            if path.suffix == "":
                path = path.with_suffix(".zip")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr("rlrun.json", json.dumps(model))
            archive.writestr("checkpoint.safetensors", data)

    _described: dict[str, Any] | None = None

    @classmethod
    def load(cls, path: str | os.PathLike[str] | io.IOBase, env: Any = None, device: str = "auto", **options: Any) -> Any:
        """Reads a model that `save` has written; `env` is what it is to go on learning in."""
        if not isinstance(path, io.IOBase):
            path = pathlib.Path(path)
            if not path.exists() and path.suffix == "":
                path = path.with_suffix(".zip")
        try:
            with zipfile.ZipFile(path) as archive:
                names = archive.namelist()
                if "rlrun.json" not in names:
                    raise Error(f"{path} is not a model of rlrun's")
                model = json.loads(archive.read("rlrun.json"))
                data = archive.read("checkpoint.safetensors")
        except (OSError, zipfile.BadZipFile, KeyError) as error:
            raise Error(f"the model {path} cannot be read: {error}") from error
        if model["algorithm"] != cls.__name__:
            raise Error(f"{path} is a model of {model['algorithm']}: load it by {model['algorithm']}.load")
        made = cls.__new__(cls)
        BaseAlgorithm.__init__(made, "MlpPolicy", None, {}, options.get("verbose", 0), options.get("seed", model["seed"]))
        made._settings, made.num_timesteps = model["settings"], model["num_timesteps"]
        made._environment, made._count = model["environment"], model["n_envs"]
        made._described = model["description"]
        made.run_id, made.store = model["run"], model["store"]
        with tempfile.NamedTemporaryFile(suffix=".safetensors") as file:
            file.write(data)
            file.flush()
            request = {"path": file.name, "seed": made._seed, "environment": model["description"]}
            made._policy = Policy(call("policy.open", **request))
        if env is not None:
            made.set_env(env)
        elif model["description"] is not None:
            made._environment = None
        return made

    def get_parameters(self) -> dict[str, Any]:
        """Not there: a checkpoint's tensors are read by any reader of safetensors."""
        raise Error("get_parameters is not supported: save the model and read checkpoint.safetensors in it")

    def set_parameters(self, *_: Any, **__: Any) -> None:
        """Not there."""
        raise Error("set_parameters is not supported: load a model that was saved")


class _Logger:
    """Records values of callbacks beside those of the training, as `model.logger.record` does."""

    def __init__(self, model: BaseAlgorithm) -> None:
        self._model = model
        self.values: dict[str, float] = {}

    def record(self, key: str, value: Any, exclude: Any = None) -> None:
        self.values[key] = value

    @property
    def name_to_value(self) -> dict[str, float]:
        """What the training has recorded last."""
        number = self._model._training
        metrics = {} if number is None else call("training.metrics", handle=number)
        return {**{name: float(value) for name, value in metrics.items()}, **self.values}


def _table(rows: Mapping[str, float]) -> str:
    groups: dict[str, dict[str, str]] = {}
    for name in sorted(rows):
        group, _, rest = name.partition("/")
        groups.setdefault(group, {})[rest] = f"{rows[name]:.3g}" if isinstance(rows[name], float) else str(rows[name])
    keys = max(len(name) + 4 for group in groups.values() for name in group)
    values = max(len(text) for group in groups.values() for text in group.values())
    line = "-" * (keys + values + 7)
    lines = [line]
    for group, entries in groups.items():
        lines.append(f"| {group + '/':<{keys}} | {'':<{values}} |")
        lines += [f"|    {name:<{keys - 3}} | {text:<{values}} |" for name, text in entries.items()]
    return "\n".join([*lines, line])


def _show_progress(step: int, budget: int) -> None:
    share = min(1.0, step / max(1, budget))
    print(f"\r{'█' * int(30 * share):<30} {step:,}/{budget:,}", end="", file=sys.stderr, flush=True)
