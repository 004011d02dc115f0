"""Models of runs: what `rlrun fit` has fitted, applied to data frames and files."""

from __future__ import annotations

import io
import os
import tempfile
from typing import TYPE_CHECKING, Any

from ._library import call, default_store, taken, write_taken

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

    def to_onnx(self, path: str | os.PathLike[str]) -> None:
        """Writes the model with its pipeline as an ONNX model.

        It has an input for each of `inputs`: numbers, and dates as seconds since 1970, in double precision, NaN where a value is
        missing; words as strings, the empty one where a value is missing. Its outputs are `label` and `probabilities`, or
        `prediction`, or the columns that the model makes. Raises `Error` where a step has no form in ONNX.
        """
        write_taken(call("model.exportRun", store=self.store, run=self.run_id), path)

    def __repr__(self) -> str:
        return f"Model({self.name!r}, run={self.run_id!r})"


def load_model(run: str = "latest", *, store: str | os.PathLike[str] | None = None) -> Model:
    """The model of a fit that `rlrun fit` has recorded."""
    return Model(run, os.fspath(store) if store is not None else default_store())
