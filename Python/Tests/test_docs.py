"""The examples of the docstrings run as printed."""

import doctest
import importlib
import pathlib
import pkgutil
import re

import pytest

import rlrun

MODULES = ["rlrun"] + [one.name for one in pkgutil.walk_packages(rlrun.__path__, "rlrun.")]


@pytest.mark.parametrize("name", MODULES)
def test_examples_run_as_printed(name):
    module = importlib.import_module(name)
    results = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert results.failed == 0


def test_the_page_about_the_package_runs_as_printed(tmp_path, monkeypatch):
    page = pathlib.Path(__file__).parents[2] / "Docs" / "PYTHON_PACKAGE.md"
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"^```python\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 5
    for block in blocks:
        exec(compile(block, str(page), "exec"), {})
