"""The examples of the docstrings run as printed."""

import doctest
import importlib
import pkgutil

import pytest

import rlrun

MODULES = ["rlrun"] + [one.name for one in pkgutil.walk_packages(rlrun.__path__, "rlrun.")]


@pytest.mark.parametrize("name", MODULES)
def test_examples_run_as_printed(name):
    module = importlib.import_module(name)
    results = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert results.failed == 0
