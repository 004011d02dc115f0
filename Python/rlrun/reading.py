"""Reading runs: lists, series, comparisons, charts."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ._library import Handle, call, column, default_store

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True)
class Finding:
    """What a rule of the debugger has found: where, the evidence, what it means and what to try."""

    rule: str
    severity: str
    subject: str
    step: int
    last_step: int
    evidence: str
    meaning: str
    advice: str

    def __str__(self) -> str:
        return f"{self.rule} at step {self.step}: {self.evidence}. {self.meaning} {self.advice}"


class Series:
    """A metric of a run: arrays that show the library's memory, in the order of recording.

    >>> import rlrun, tempfile
    >>> with rlrun.start_run("demo", store=tempfile.mkdtemp() + "/runs") as run:
    ...     run.log({"loss": 0.5}, step=10)
    >>> series = run.view().series("loss")
    >>> series.steps, series.values
    (array([10]), array([0.5]))
    """

    def __init__(self, name: str, steps: np.ndarray, values: np.ndarray, times: np.ndarray) -> None:
        self.name, self.steps, self.values = name, steps, values
        #: Unix time in microseconds.
        self.times = times

    def __len__(self) -> int:
        return len(self.values)

    def frame(self) -> pandas.DataFrame:
        """A pandas data frame of steps, values and times."""
        import pandas

        times = pandas.to_datetime(self.times, unit="us", utc=True)
        return pandas.DataFrame({"step": self.steps, "value": self.values, "time": times})

    def __repr__(self) -> str:
        return f"Series({self.name!r}, {len(self)} points)"


class RunView:
    """A run as it was when it was loaded. `load_run` and `runs` give them."""

    def __init__(self, details: dict[str, Any], store: str) -> None:
        self._handle = Handle(details["handle"])
        self._details = details
        self.store = store
        self.id: str = details["id"]
        self.kind: str = details["kind"]
        self.experiment: str = details["experiment"]
        self.name: str = details["name"]
        self.status: str = details["status"]
        self.message: str | None = details.get("message")
        self.agent: str = details["agent"]
        self.environment: str = details["environment"]
        self.seed: int = details["seed"]
        #: Unix seconds.
        self.started: float = details["started"]
        self.ended: float | None = details.get("ended")
        self.steps: int = details["steps"]
        self.budget: int = details["budget"]
        self.parent: str | None = details.get("parent")
        self.tags: dict[str, str] = details["tags"]
        self.notes: list[str] = details["notes"]
        self.params: dict[str, Any] = details["parameters"]
        #: The last value of every series.
        self.metrics: dict[str, float] = {name: float(value) for name, value in details["metrics"].items()}
        self.artifacts: list[str] = [artifact["name"] for artifact in details["artifacts"]]
        self.checkpoints: list[dict[str, Any]] = details["checkpoints"]
        self.histograms: list[str] = details["histograms"]

    def series(self, metric: str) -> Series:
        """A metric's points."""
        place = call("run.series", handle=self._handle.number, metric=metric)

        def show(name: str, dtype: Any) -> np.ndarray:
            return column(place[name], dtype, None, self._handle, writable=False)

        return Series(metric, show("steps", np.int64), show("values", np.float64), show("times", np.int64))

    def artifact(self, name: str) -> bytes:
        """The bytes of a file that the run keeps."""
        place = call("run.artifact", handle=self._handle.number, artifact=name)
        return column(place, np.uint8, None, self._handle).tobytes()

    def findings(self) -> list[Finding]:
        """What the debugger's rules find in the run, whether or not they watched it."""
        return [
            Finding(
                one["rule"], one["severity"], one["subject"], one["step"], one["lastStep"], one["evidence"],
                one["meaning"], one["advice"])
            for one in call("run.findings", handle=self._handle.number)
        ]

    def chart(self, metric: str | None = None, **looks: Any) -> Chart:
        """A chart of a metric over steps, which notebooks show."""
        return RunList([self], self.store).chart(metric, **looks)

    def _repr_html_(self) -> str:
        rows = "".join(f"<tr><td>{_escape(name)}</td><td>{value:g}</td></tr>" for name, value in self.metrics.items())
        return f"<b>{_escape(self.agent)}</b> {_escape(self.environment)} <code>{self.id}</code> {self.status}<table>{rows}</table>"

    def __repr__(self) -> str:
        return f"RunView({self.id!r}, {self.agent!r}, {self.environment!r}, {self.status!r})"


class Chart:
    """A picture as SVG: notebooks show it, `save` writes it to a file."""

    def __init__(self, svg: str) -> None:
        self.svg = svg

    def save(self, path: str | os.PathLike[str]) -> None:
        with open(path, "w", encoding="utf-8") as file:
            file.write(self.svg)

    def _repr_svg_(self) -> str:
        return self.svg


class Comparison:
    """Groups of runs with their interquartile means and bootstrap intervals. Its text is that of `rlrun compare`."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self._text: str = answer["text"]
        self._markdown: str = answer["markdown"]
        self.details: dict[str, Any] = answer["comparison"]
        self.metric: str = self.details["metric"]
        self.groups: list[dict[str, Any]] = self.details["groups"]

    def frame(self) -> pandas.DataFrame:
        """A pandas data frame with a row a group."""
        import pandas

        return pandas.DataFrame(self.groups)

    def _repr_markdown_(self) -> str:
        return self._markdown

    def __str__(self) -> str:
        return self._text

    __repr__ = __str__


class RunList(Sequence[RunView]):
    """Runs, each loaded when it is asked for. `runs` finds them.

    >>> import rlrun, tempfile
    >>> rlrun.set_store(tempfile.mkdtemp() + "/runs")
    >>> for seed in (1, 2):
    ...     with rlrun.start_run("demo", agent="mine", seed=seed) as run:
    ...         run.log({"score": 10 * seed}, step=0)
    >>> found = rlrun.runs("agent = 'mine' and score > 10")
    >>> len(found), found[0].seed
    (1, 2)
    """

    def __init__(self, runs: list[RunView] | list[dict[str, Any]], store: str) -> None:
        self._runs: list[Any] = list(runs)
        self.store = store

    def __len__(self) -> int:
        return len(self._runs)

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return RunList(self._runs[place], self.store)
        found = self._runs[place]
        if isinstance(found, RunView):
            return found
        loaded = load_run(found["id"], store=self.store)
        self._runs[place] = loaded
        return loaded

    def __iter__(self) -> Iterator[RunView]:
        return (self[place] for place in range(len(self)))

    @property
    def ids(self) -> list[str]:
        return [run.id if isinstance(run, RunView) else run["id"] for run in self._runs]

    def frame(self) -> pandas.DataFrame:
        """A pandas data frame with a row a run: what `rlrun runs --csv` prints."""
        import pandas

        rows = [run if isinstance(run, dict) else _fields(run) for run in self._runs]
        frame = pandas.DataFrame(rows)
        return frame.set_index("id") if len(frame) else frame

    def compare(self, metric: str | None = None, *, resamples: int = 5_000, merge: Sequence[str] = ()) -> Comparison:
        """Compares the runs, seeds of a configuration together."""
        return Comparison(
            call("store.compare", store=self.store, runs=self.ids, metric=metric, resamples=resamples, merging=list(merge)))

    def chart(
        self, metric: str | None = None, *, smooth: float = 0.0, width: int | None = None, height: int | None = None
    ) -> Chart:
        """A chart of a metric over steps: a line a configuration, with an interval over its seeds."""
        if metric is None:
            metric = "rollout/ep_rew_mean"
        return Chart(
            call(
                "store.draw", store=self.store, runs=self.ids, metric=metric, smoothing=float(smooth), width=width,
                height=height))

    def __repr__(self) -> str:
        return f"RunList({self.ids!r})"


def _fields(run: RunView) -> dict[str, Any]:
    fields: dict[str, Any] = {
        name: getattr(run, name)
        for name in ("id", "experiment", "kind", "name", "agent", "environment", "seed", "status", "steps", "budget", "started", "ended")
    }
    fields.update({f"params.{name}": value for name, value in run.params.items()})
    fields.update({f"tags.{name}": value for name, value in run.tags.items()})
    fields.update(run.metrics)
    return fields


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def runs(
    where: str | None = None, *, experiment: str | None = None, sort: str | Sequence[str] = (),
    store: str | os.PathLike[str] | None = None,
) -> RunList:
    """The runs of the store for which a condition holds, the oldest first.

    Conditions are those of `rlrun runs --where`: `agent = 'ppo' and final/mean_reward > 450`. `sort` takes fields, `-` before one
    for descending.
    """
    path = os.fspath(store) if store is not None else default_store()
    order = [sort] if isinstance(sort, str) else list(sort)
    return RunList(call("store.runs", store=path, condition=where, experiment=experiment, order=order), path)


def load_run(run: str = "latest", *, store: str | os.PathLike[str] | None = None) -> RunView:
    """A run by its id, a beginning of it, or `latest`."""
    path = os.fspath(store) if store is not None else default_store()
    return RunView(call("run.load", store=path, run=run), path)


def compare(
    where: str | None = None, metric: str | None = None, *, experiment: str | None = None,
    store: str | os.PathLike[str] | None = None, **options: Any,
) -> Comparison:
    """Compares the runs for which a condition holds."""
    return runs(where, experiment=experiment, store=store).compare(metric, **options)
