from __future__ import annotations

import pytest

import rlrun


@pytest.fixture(autouse=True)
def store(tmp_path):
    """A store of its own for each test."""
    path = str(tmp_path / "runs")
    rlrun.set_store(path)
    yield path
    rlrun.set_store(None)
