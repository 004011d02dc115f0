"""Recording runs: metrics, histograms, files, parameters, tags, by one or many threads."""

from __future__ import annotations

import atexit
import os
import sys
import threading
import weakref
from array import array
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any

import numpy as np

from ._library import Error, Handle, call, default_store, failure, library

if TYPE_CHECKING:
    from .reading import Finding, RunView

_record = library.rlrun_log


class Run:
    """A run that this program records. `start_run` starts one; use it in a `with` statement, which ends it.

    Any thread may record. What `flush` acknowledges survives the death of this process; without it, points are written four times
    a second while more are recorded. A program that ends without `finish` finishes its runs, a `with` block that an exception
    leaves ends its run as failed. After a fork the run stays the parent's: in the child recording raises `Error`.

    >>> import rlrun, tempfile
    >>> rlrun.set_store(tempfile.mkdtemp() + "/runs")
    >>> with rlrun.start_run("demo", params={"lr": 0.1}) as run:
    ...     for step in range(3):
    ...         run.log({"train/loss": 1 / (1 + step)}, step=step)
    >>> rlrun.load_run(run.id).series("train/loss").values
    array([1.        , 0.5       , 0.33333333])
    """

    def __init__(self, opened: Mapping[str, Any], store: str, first_step: int = 0) -> None:
        self._handle = Handle(opened["handle"])
        self._number: int = self._handle.number
        self.id: str = opened["id"]
        self.folder: str = opened["folder"]
        self.store = store
        self._process = os.getpid()
        self._next = first_step
        self._metrics: dict[str, int] = {}
        self._numbers: dict[tuple[str, ...], tuple[int, array]] = {}
        self._lock = threading.Lock()
        self._is_open = True
        _open_runs.add(self)

    # MARK: Points

    def log(self, metrics: Mapping[str, float], step: int | None = None) -> None:
        """Records metrics at a step; without one, at the step after the last.

        Values are numbers, or arrays of one number. A mapping of mappings is recorded by names with slashes.
        """
        keys = tuple(metrics)
        numbers = self._numbers.get(keys)
        if numbers is None:
            if any(isinstance(value, Mapping) for value in metrics.values()):
                return self.log(dict(_flattened(metrics)), step)
            numbers = self._declare(keys)
        try:
            values = array("d", metrics.values())
        except TypeError:
            values = array("d", [_scalar(name, value) for name, value in metrics.items()])
        if step is None:
            step = self._next
        if step >= self._next:
            self._next = step + 1
        if _record(self._number, numbers[0], values.buffer_info()[0], len(keys), step):
            raise self._failure()

    def _declare(self, keys: tuple[str, ...]) -> tuple[int, array]:
        for key in keys:
            if not isinstance(key, str):
                raise TypeError(f"a metric's name is a string, not {key!r}")
        with self._lock:
            unknown = [key for key in keys if key not in self._metrics]
            if unknown:
                for key, number in zip(unknown, self._call("log.declare", metrics=unknown)):
                    self._metrics[key] = number
            made = array("i", [self._metrics[key] for key in keys])
            self._numbers[keys] = (made.buffer_info()[0], made)
            return self._numbers[keys]

    def log_histogram(self, name: str, values: Any, step: int | None = None) -> None:
        """Records how the numbers in `values` are distributed.

        >>> import rlrun, tempfile
        >>> with rlrun.start_run("demo", store=tempfile.mkdtemp() + "/runs") as run:
        ...     run.log_histogram("weights/policy", [0.1, 0.2, -0.1], step=0)
        """
        numbers = np.ascontiguousarray(np.asarray(values, np.float64).reshape(-1))
        self._call(
            "log.histogram", metric=name, address=numbers.ctypes.data if numbers.size else 8, count=int(numbers.size),
            step=self._next if step is None else int(step))

    # MARK: What describes the run

    def log_params(self, params: Mapping[str, Any]) -> None:
        """Sets parameters; each is set once."""
        self._call("log.parameters", parameters=parameters(params))

    def tag(self, **tags: str | None) -> None:
        """Adds tags or gives them new values; None takes one away."""
        self._call("log.tags", tags={key: None if value is None else str(value) for key, value in tags.items()})

    def note(self, text: str) -> None:
        """Adds a note."""
        self._call("log.note", text=text)

    def log_artifact(self, path: str | os.PathLike[str], name: str | None = None, media_type: str | None = None) -> None:
        """Keeps a copy of a file with the run, under `name` or the file's own."""
        path = os.fspath(path)
        self._call("log.artifact", file=path, name=name or os.path.basename(path), mediaType=media_type)

    def log_bytes(self, data: bytes, name: str, media_type: str | None = None) -> None:
        """Keeps bytes with the run as a file of this name."""
        import tempfile

        with tempfile.NamedTemporaryFile() as file:
            file.write(data)
            file.flush()
            self.log_artifact(file.name, name, media_type)

    def log_figure(self, figure: Any, name: str) -> None:
        """Keeps a figure of Matplotlib's with the run, in the format that `name` ends in."""
        import io

        buffer = io.BytesIO()
        figure.savefig(buffer, format=name.rsplit(".", 1)[-1])
        self.log_bytes(buffer.getvalue(), name)

    # MARK: Making it last

    def flush(self) -> None:
        """Returns once everything recorded so far survives the death of this process, `kill -9` too."""
        self._call("log.flush", durably=False)

    def sync(self) -> None:
        """Returns once everything recorded so far survives a power cut."""
        self._call("log.flush", durably=True)

    def finish(self, status: str = "finished", message: str | None = None) -> None:
        """Ends the run as `finished`, `interrupted` or `failed`; one that has ended stays as it is."""
        if not self._is_open:
            return
        self._call("log.finish", status=status, message=message)
        self._is_open = False
        _open_runs.discard(self)

    def release(self) -> None:
        """Lets others record the run, which stays as it ended before."""
        if self._is_open:
            self.sync()
            self._is_open = False
            _open_runs.discard(self)
            self._handle.close()

    def findings(self) -> list[Finding]:
        """What the debugger's rules find in the run so far."""
        return self.view().findings()

    def view(self) -> RunView:
        """The run as it is recorded so far, to be read."""
        from .reading import load_run

        if self._is_open:
            self.flush()
        return load_run(self.id, store=self.store)

    def __enter__(self) -> Run:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if os.getpid() == self._process:
            self._finish_after(error)

    def _finish_after(self, error: BaseException | None) -> None:
        """Ends the run as what has become of the program says."""
        if error is None:
            self.finish()
        elif isinstance(error, KeyboardInterrupt):
            self.finish("interrupted")
        else:
            self.finish("failed", f"{type(error).__name__}: {error}")

    def __repr__(self) -> str:
        return f"Run({self.id!r}, store={self.store!r})"

    # MARK: Parts

    def _call(self, name: str, /, **request: Any) -> Any:
        self._require_own()
        return call(name, handle=self._number, **request)

    def _require_own(self) -> None:
        if os.getpid() != self._process:
            raise Error(f"run {self.id} is recorded by the process that forked this one: start a run of its own in the child")

    def _failure(self) -> Error:
        error = failure()
        if os.getpid() != self._process:
            return Error(f"run {self.id} is recorded by the process that forked this one: start a run of its own in the child")
        return error

    def _forked(self) -> None:
        # A number that stands for nothing: whatever is recorded fails.
        self._number = -1
        self._is_open = False


_open_runs: weakref.WeakSet[Run] = weakref.WeakSet()


def _after_fork() -> None:
    for run in list(_open_runs):
        run._forked()
    _open_runs.clear()


def _at_exit() -> None:
    # Of an exception that nobody has caught: Python has printed it by now.
    error = getattr(sys, "last_value", None)
    for run in list(_open_runs):
        try:
            run._finish_after(error)
        except Error:
            pass


os.register_at_fork(after_in_child=_after_fork)
atexit.register(_at_exit)


def _scalar(name: str, value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError) as error:
        raise TypeError(f"the value of '{name}' is a number, not {value!r}") from error


def _flattened(metrics: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, Any]]:
    for name, value in metrics.items():
        if isinstance(value, Mapping):
            yield from _flattened(value, f"{prefix}{name}/")
        else:
            yield f"{prefix}{name}", value


def parameters(params: Mapping[str, Any] | None) -> dict[str, Any]:
    """Parameters as a log keeps them: numbers, texts, flags, lists of whole numbers, None; all else as its text."""
    plain: dict[str, Any] = {}
    for name, value in (params or {}).items():
        if isinstance(value, np.generic):
            value = value.item()
        if value is None or isinstance(value, (bool, str)):
            plain[str(name)] = value
        elif isinstance(value, int):
            plain[str(name)] = value if -(2**63) <= value < 2**63 else str(value)
        elif isinstance(value, float):
            plain[str(name)] = value if np.isfinite(value) else str(value)
        elif isinstance(value, (list, tuple)) and value and all(isinstance(one, int) and not isinstance(one, bool) for one in value):
            plain[str(name)] = list(value)
        else:
            plain[str(name)] = str(value)
    return plain


def start_run(
    experiment: str = "default", *, name: str = "", agent: str = "program", environment: str = "", seed: int = 0,
    params: Mapping[str, Any] | None = None, tags: Mapping[str, str] | None = None, parent: str | None = None,
    store: str | os.PathLike[str] | None = None,
) -> Run:
    """Starts a run of this program in an experiment.

    `agent` and `environment` are words for what learns and on what: runs that share them and `params` count as one configuration
    with several seeds when they are compared. `parent` is the run that this one is a part of.

    >>> import rlrun, tempfile
    >>> run = rlrun.start_run("demo", agent="mine", seed=1, store=tempfile.mkdtemp() + "/runs")
    >>> run.log({"loss": 0.3}, step=10)
    >>> run.finish()
    """
    path = os.fspath(store) if store is not None else default_store()
    opened = call(
        "log.start", store=path, experiment=experiment, name=name, agent=agent, environment=environment, seed=int(seed),
        parameters=parameters(params), tags={str(key): str(value) for key, value in (tags or {}).items()}, parent=parent)
    return Run(opened, path)


def resume_run(run: str, *, store: str | os.PathLike[str] | None = None) -> Run:
    """Goes on recording a run that nobody else records; nothing recorded before is hidden."""
    from .reading import load_run

    path = os.fspath(store) if store is not None else default_store()
    view = load_run(run, store=path)
    return Run(call("log.append", store=path, run=view.id), path, first_step=view.steps + 1 if view.metrics else 0)
