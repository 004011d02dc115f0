"""Models that Stable-Baselines3 has saved act as they did there."""

import json
import pathlib

import numpy as np
import pytest

import rlrun
from rlrun.sb3 import import_model

FOLDER = pathlib.Path(__file__).parent / "Models"
RECORDED = json.loads((FOLDER / "actions.json").read_text())


@pytest.mark.parametrize("name", RECORDED)
def test_an_imported_model_acts_as_it_did(name):
    recorded = RECORDED[name]
    model = import_model(FOLDER / f"{name}.zip", recorded["env"])
    observations = np.array(recorded["observations"], np.float32)
    expected = np.array(recorded["actions"])
    for policy in (model, rlrun.load_policy(model.run_id)):
        actions, _ = policy.predict(observations, deterministic=True)
        np.testing.assert_allclose(actions, expected, rtol=1e-4, atol=1e-5)
    run = rlrun.load_run(model.run_id)
    assert (run.agent, run.environment, run.status, run.params["net_arch"]) == (name, recorded["env"], "finished", [8, 6])
    assert run.tags["imported"].startswith("stable-baselines3 2")


def test_an_imported_model_learns_on():
    model = import_model(FOLDER / "ppo.zip", "CartPole-v1")
    model.learn(64)
    assert rlrun.load_run(model.run_id).params["net_arch"] == [8, 6]


def test_other_files_and_environments_are_named(tmp_path):
    (tmp_path / "no.zip").write_bytes(b"nothing")
    with pytest.raises(rlrun.Error, match="not a model of Stable-Baselines3's"):
        import_model(tmp_path / "no.zip", "CartPole-v1")
    with pytest.raises(rlrun.Error):
        import_model(FOLDER / "ppo.zip", "Acrobot-v1")


def test_a_file_that_holds_a_program_is_refused(tmp_path):
    import io
    import os
    import pickle
    import zipfile

    class Program:
        def __reduce__(self):
            return os.system, ("touch /nonexistent/rlrun",)

    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps(Program()))
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as archive:
        archive.writestr("data", "{}")
        archive.writestr("_stable_baselines3_version", "2.0")
        archive.writestr("policy.pth", inner.getvalue())
    with pytest.raises(rlrun.Error, match="which is no tensor"):
        import_model(tmp_path / "evil.zip", "CartPole-v1")
