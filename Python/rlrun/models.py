"""Models of runs: what `rlrun fit` has fitted, applied to data frames and files."""

from __future__ import annotations

import ctypes
import io
import os
import tempfile
from typing import TYPE_CHECKING, Any

from ._library import Handle, call, default_store

if TYPE_CHECKING:
    import pandas


class Model:
    """The model of a run's last checkpoint, with its preprocessing. `load_model` loads one."""

    def __init__(self, run: str, store: str) -> None:
        answer = call("model.load", store=store, run=run)
        self.store = store
        self.run_id: str = answer["run"]
        #: The model's name.
        self.name: str = answer["model"]
        #: The columns that it needs.
        self.inputs: list[str] = answer["inputs"]
        #: The columns that it predicts.
        self.outputs: list[str] = answer["outputs"]

    def predict(self, data: pandas.DataFrame | str | os.PathLike[str]) -> pandas.DataFrame:
        """The predicted columns for the rows of a data frame or of a CSV file, as a data frame."""
        import pandas

        if isinstance(data, pandas.DataFrame):
            with tempfile.NamedTemporaryFile("w", suffix=".csv", encoding="utf-8") as file:
                data.to_csv(file, index=False)
                file.flush()
                return self.predict(file.name)
        answer = call("model.predictFile", store=self.store, run=self.run_id, path=os.fspath(data))
        return pandas.read_csv(io.BytesIO(taken(answer)))

    def __repr__(self) -> str:
        return f"Model({self.name!r}, run={self.run_id!r})"


def taken(answer: dict[str, Any]) -> bytes:
    """The bytes of an answer, whose memory is then let go of."""
    handle = Handle(answer["handle"])
    try:
        return ctypes.string_at(answer["bytes"]["address"], answer["bytes"]["count"])
    finally:
        handle.close()


def load_model(run: str = "latest", *, store: str | os.PathLike[str] | None = None) -> Model:
    """The model of a fit that `rlrun fit` has recorded."""
    return Model(run, os.fspath(store) if store is not None else default_store())
