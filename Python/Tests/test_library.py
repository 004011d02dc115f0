"""No exported function ends the process, whatever it is given: a failure is a sentence."""

import ctypes
import json
import random

import pytest

import rlrun
from rlrun._library import call, failure, library

NAMES = [
    "environments.list", "environments.describe", "vector.make", "vector.reset", "vector.resetSome", "log.start", "log.append",
    "log.declare", "log.flush", "log.finish", "log.parameters", "log.tags", "log.note", "log.artifact", "store.runs", "run.load",
    "run.series", "run.artifact", "run.findings", "store.compare", "store.draw", "training.settings", "training.resume",
    "training.metrics", "training.policy", "training.outcome", "policy.load", "policy.open", "policy.fresh", "policy.evaluate",
    "policy.checkpoint", "models.list", "model.save", "model.load", "model.predictFile", "nothing",
]
VALUES = [
    None, True, -1, 0, 1, 2**62, -(2**63), 1e300, float("inf"), "", "a", "CartPole-v1", "ppo", "object:a", "py:", "..", [], [1],
    ["a"], {}, {"a": 1}, "same-step", "n" * 10_000, "\u0000",
]
KEYS = [
    "handle", "id", "count", "autoReset", "threads", "seed", "mask", "store", "experiment", "name", "agent", "environment",
    "parameters", "tags", "metrics", "durably", "status", "text", "file", "condition", "order", "run", "metric", "artifact", "runs",
    "resamples", "merging", "smoothing", "width", "height", "budget", "values", "episodes", "deterministic", "path",
]


def test_requests_of_any_kind_are_answered_or_refused(store, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    with rlrun.start_run("exp") as run:
        run.log({"x": 1})
    draw = random.Random(1)
    handle = rlrun.load_run(run.id)._handle
    plausible = {
        "handle": handle.number, "store": store, "run": run.id, "runs": [run.id], "experiment": "exp", "metric": "x", "order": [],
        "merging": [], "smoothing": 0.0, "resamples": 10, "id": "CartPole-v1", "count": 2, "autoReset": "same-step", "threads": 1,
        "agent": "ppo", "environment": "CartPole-v1", "values": {}, "seed": 1, "name": "n", "parameters": {}, "tags": {},
    }
    refused = answered = 0
    for _ in range(3_000):
        name = draw.choice(NAMES)
        request = {key: value for key, value in plausible.items() if draw.random() < 0.9}
        for _ in range(draw.randrange(4)):
            request[draw.choice(KEYS)] = draw.choice(VALUES)
        if name == "vector.make" and isinstance(request.get("count"), int) and request["count"] > 1_000_000:
            request["count"] = 1_000_001
        if name.startswith("py"):
            continue
        try:
            call(name, **request)
            answered += 1
        except rlrun.Error as error:
            assert str(error)
            refused += 1
    assert answered > 100 and refused > 1_000


def test_bytes_that_are_no_json_are_refused():
    answer, length = ctypes.c_void_p(), ctypes.c_ssize_t()
    for text in (b"", b"{", b"[]", b"\xff\xfe", b"null", json.dumps({"id": 1}).encode()):
        for name in NAMES:
            if name in ("environments.list", "models.list"):
                continue
            assert library.rlrun_call(name.encode(), text, len(text), ctypes.byref(answer), ctypes.byref(length)) != 0
            assert str(failure())


def test_handles_that_stand_for_nothing_are_refused():
    assert library.rlrun_vector_step(123_456) == -1
    assert "closed" in str(failure())
    assert library.rlrun_train(5_000_000, None) != 0
    assert library.rlrun_log(-1, None, None, 3, 0) != 0
    assert library.rlrun_act(0, None, None, 1, 1, None) != 0
    library.rlrun_release(-5)
    library.rlrun_free(None)
    assert library.rlrun_call(None, None, 0, None, None) != 0


def test_an_object_of_another_kind_is_refused():
    envs = rlrun.make_vec("CartPole-v1", 1)
    with pytest.raises(rlrun.Error):
        call("run.series", handle=envs._number, metric="x")
