"""Recording and reading: what is flushed survives, threads and forks are safe, everything is read back."""

import os
import signal
import subprocess
import sys
import threading

import numpy as np
import pytest

import rlrun


def test_everything_recorded_is_read_back(store, tmp_path):
    file = tmp_path / "note.txt"
    file.write_text("done\n")
    with rlrun.start_run("exp", agent="mine", environment="toy", seed=3, params={"lr": 0.1, "layers": [8, 8]}) as run:
        for step in range(5):
            run.log({"loss": 1 / (step + 1), "nested": {"a": step}}, step=10 * step)
        run.log_params({"rows": 7})
        run.tag(stage="first")
        run.note("a note")
        run.log_histogram("weights", np.arange(100.0), step=40)
        run.log_artifact(file)
        run.log_bytes(b"\x00\x01", "data/raw.bin")
    view = rlrun.load_run(run.id)
    assert (view.status, view.agent, view.environment, view.seed, view.steps) == ("finished", "mine", "toy", 3, 40)
    assert view.params == {"lr": 0.1, "layers": [8, 8], "rows": 7}
    assert (view.tags["stage"], view.notes, view.histograms) == ("first", ["a note"], ["weights"])
    series = view.series("loss")
    np.testing.assert_array_equal(series.steps, [0, 10, 20, 30, 40])
    np.testing.assert_array_equal(series.values, [1, 1 / 2, 1 / 3, 1 / 4, 1 / 5])
    assert view.metrics["nested/a"] == 4
    assert view.artifact("note.txt") == b"done\n"
    assert view.artifact("data/raw.bin") == b"\x00\x01"


def test_a_series_is_shown_without_a_copy_and_outlives_its_run():
    with rlrun.start_run("exp") as run:
        run.log({"loss": 2.5}, step=1)
    view = rlrun.load_run(run.id)
    first, again = view.series("loss").values, view.series("loss").values
    assert first.ctypes.data == again.ctypes.data
    assert not first.flags.owndata and not first.flags.writeable
    del view, again
    assert first[0] == 2.5


def test_steps_count_up_and_nan_is_a_value():
    with rlrun.start_run("exp") as run:
        run.log({"x": float("nan")})
        run.log({"x": np.float32(1)})
        run.log({"x": np.array(2.0)}, step=10)
        run.log({"x": float("inf")})
    series = rlrun.load_run(run.id).series("x")
    np.testing.assert_array_equal(series.steps, [0, 1, 10, 11])
    np.testing.assert_array_equal(series.values, [np.nan, 1, 2, np.inf])


def test_what_is_flushed_survives_kill_9(store):
    program = (
        "import rlrun, os, signal\n"
        "run = rlrun.start_run('exp')\n"
        "for step in range(1000): run.log({'loss': step}, step=step)\n"
        "run.flush()\nprint(run.id, flush=True)\nos.kill(os.getpid(), signal.SIGKILL)\n"
    )
    environment = dict(os.environ, RLRUN_STORE=store)
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL
    view = rlrun.load_run(done.stdout.strip())
    assert view.status == "crashed"
    assert len(view.series("loss")) == 1000


def test_a_program_that_ends_finishes_its_runs(store):
    program = "import rlrun\nrun = rlrun.start_run('exp')\nrun.log({'loss': 1})\nprint(run.id)\n"
    done = subprocess.run(
        [sys.executable, "-c", program], env=dict(os.environ, RLRUN_STORE=store), capture_output=True, text=True, check=True)
    assert rlrun.load_run(done.stdout.strip()).status == "finished"


def test_a_program_that_an_exception_ends_has_failed_runs(store):
    program = "import rlrun\nrun = rlrun.start_run('exp')\nprint(run.id, flush=True)\nraise ValueError('the wheel is off')\n"
    done = subprocess.run(
        [sys.executable, "-c", program], env=dict(os.environ, RLRUN_STORE=store), capture_output=True, text=True)
    view = rlrun.load_run(done.stdout.strip())
    assert (done.returncode, view.status, view.message) == (1, "failed", "ValueError: the wheel is off")


def test_an_exception_ends_the_run_as_failed():
    with pytest.raises(ValueError):
        with rlrun.start_run("exp") as run:
            raise ValueError("the wheel is off")
    view = rlrun.load_run(run.id)
    assert (view.status, view.message) == ("failed", "ValueError: the wheel is off")


def test_threads_record_side_by_side():
    with rlrun.start_run("exp") as run:

        def work(name):
            for step in range(2_000):
                run.log({f"{name}/a": step, f"{name}/b": -step}, step=step)

        threads = [threading.Thread(target=work, args=(f"t{place}",)) for place in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    view = rlrun.load_run(run.id)
    for place in range(4):
        np.testing.assert_array_equal(view.series(f"t{place}/b").values, -np.arange(2_000.0))


def test_a_forked_child_gets_an_error_and_may_start_its_own():
    with rlrun.start_run("exp") as run:
        run.log({"x": 1})
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            text = ""
            try:
                run.log({"x": 2})
            except rlrun.Error as error:
                text = str(error)
            own = rlrun.start_run("exp")
            own.log({"x": 3})
            own.finish()
            os.write(write, f"{own.id} {text}".encode())
            os._exit(0)
        os.waitpid(child, 0)
        own, _, text = os.read(read, 10_000).decode().partition(" ")
        assert "start a run of its own" in text
        run.log({"x": 4})
    np.testing.assert_array_equal(rlrun.load_run(run.id).series("x").values, [1, 4])
    np.testing.assert_array_equal(rlrun.load_run(own).series("x").values, [3])


def test_a_finished_run_refuses_more():
    run = rlrun.start_run("exp")
    run.log({"x": 1})
    run.finish()
    run.finish()
    with pytest.raises(rlrun.Error, match="is finished"):
        run.log({"x": 2})
    again = rlrun.resume_run(run.id)
    again.log({"x": 2})
    again.finish()
    np.testing.assert_array_equal(rlrun.load_run(run.id).series("x").steps, [0, 1])


def test_wrong_values_are_named():
    with rlrun.start_run("exp") as run:
        with pytest.raises(TypeError, match="'loss' is a number"):
            run.log({"loss": "high"})
        with pytest.raises(TypeError, match="name is a string"):
            run.log({1: 2.0})
        run.log_params({"lr": 1})
        with pytest.raises(rlrun.Error, match="lr"):
            run.log_params({"lr": 2})


def test_findings_are_the_debuggers():
    with rlrun.start_run("exp") as run:
        for step in range(100):
            run.log({"train/loss": float("nan") if step > 50 else 1.0}, step=step)
    findings = rlrun.load_run(run.id).findings()
    assert any(finding.severity == "error" for finding in findings)
    assert run.findings() == findings


def test_runs_are_found_compared_and_drawn():
    for agent in ("a", "b"):
        for seed in range(3):
            with rlrun.start_run("exp", agent=agent, seed=seed) as run:
                for step in range(10):
                    run.log({"score": step * (2 if agent == "b" else 1) + seed}, step=step)
    assert len(rlrun.runs()) == 6
    found = rlrun.runs("agent = 'b' and score > 18", sort="-score")
    assert [run.metrics["score"] for run in found] == [20, 19]
    assert len(rlrun.runs(experiment="exp")[:2]) == 2
    with pytest.raises(rlrun.Error, match="did you mean 'score'"):
        rlrun.runs("scores > 1")
    comparison = rlrun.compare("agent = 'a' or agent = 'b'", metric="score")
    assert [group["agent"] for group in comparison.groups] == ["b", "a"]
    assert "b" in str(comparison)
    chart = rlrun.runs().chart("score", smooth=0.5)
    assert chart._repr_svg_().startswith("<svg")
    pandas = pytest.importorskip("pandas")
    frame = rlrun.runs().frame()
    assert isinstance(frame, pandas.DataFrame) and sorted(frame["score"]) == [9, 10, 11, 18, 19, 20]
    assert list(found[0].series("score").frame()["step"]) == list(range(10))


def test_unknown_things_are_named():
    with rlrun.start_run("exp") as run:
        run.log({"loss": 1})
    view = rlrun.load_run(run.id)
    with pytest.raises(rlrun.Error, match="did you mean 'loss'"):
        view.series("los")
    with pytest.raises(rlrun.Error, match="no run"):
        rlrun.load_run("nothing")
