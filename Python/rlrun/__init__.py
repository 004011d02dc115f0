"""rlrun from Python: training, environments, recording, reading, policies and models, in one native library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._library import Error, call as _call, set_store
from .logging import Run, resume_run, start_run
from .models import Model, load_model
from .policies import Policy, load_policy
from .reading import Chart, Comparison, Finding, RunList, RunView, Series, compare, load_run, runs

if TYPE_CHECKING:
    from .env import NativeEnv, make
    from .vector import NativeVectorEnv, make_vec

__version__ = "0.1.0"

__all__ = [
    "Chart", "Comparison", "Error", "Finding", "Model", "NativeEnv", "NativeVectorEnv", "Policy", "Run", "RunList", "RunView", "Series", "compare",
    "environments", "load_model", "load_policy", "load_run", "make", "make_vec", "resume_run", "runs", "set_store", "start_run",
]


def environments() -> list[str]:
    """The ids of the native environments.

    >>> import rlrun
    >>> "CartPole-v1" in rlrun.environments()
    True
    """
    return _call("environments.list")


def __getattr__(name: str) -> Any:
    # These need Gymnasium, which is imported for those who ask for them.
    if name in ("make_vec", "NativeVectorEnv"):
        from . import vector

        return getattr(vector, name)
    if name in ("make", "NativeEnv"):
        from . import env

        return getattr(env, name)
    raise AttributeError(f"module 'rlrun' has no attribute {name!r}")
