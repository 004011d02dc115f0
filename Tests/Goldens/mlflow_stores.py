"""Writes stores of MLflow, as folder and as SQLite database, and what MLflow's own client reads in them.

    python3 Tests/Goldens/mlflow_stores.py Tests/Goldens/recorded/mlflow

mlruns/ and mlflow.db with its artifacts in mlartifacts/ hold the same runs, recorded by the same calls: nested runs, NaN and
infinities, steps that go back, deleted runs and experiments, notes, data sets, a logged model, a registered one. From the
database the tables that have nothing to do with runs are dropped and its pages made small. read.json: {store: what the client
says}, values as float.hex.
"""

import json
import os
import pathlib
import shutil
import sqlite3
import sys
import tempfile

os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"

import mlflow
from mlflow import MlflowClient
from mlflow.entities import (Dataset, DatasetInput, InputTag, LoggedModelInput, LoggedModelOutput, Metric, Param, RunTag, ViewType)

folder = pathlib.Path(sys.argv[1]).absolute()
shutil.rmtree(folder, ignore_errors=True)
folder.mkdir(parents=True)
scratch = pathlib.Path(tempfile.mkdtemp())
# Its default folder is where the program runs.
os.chdir(scratch)
START = 1_700_000_000_000


def fill(client, artifacts):
    tags = {"team": "vision", "mlflow.note.content": "Digits, *small*."}
    digits = client.create_experiment("digits / 1", artifact_location=artifacts("digits"), tags=tags)

    def start(name, experiment=digits, at=0, **tags):
        tags = {key.replace("__", "."): value for key, value in tags.items()}
        tags = {"mlflow.user": "ada", "mlflow.source.name": "train.py", "mlflow.source.git.commit": "0" * 40, **tags}
        return client.create_run(experiment, start_time=START + at, tags=tags, run_name=name).info.run_id

    parent = start("parent", mlflow__note__content="All of it.\nTwo lines: yes")
    client.log_batch(parent, params=[
        Param("lr", "0.001"), Param("layers", "[64, 64]"), Param("epochs", "10"), Param("warm", "1e-05"),
        Param("big", "1e5"), Param("text", "a: 'quoted' text\nof two lines"), Param("empty", ""), Param("opt/name", "adam")])
    values = [1.0, 0.1, float("nan"), float("inf"), float("-inf"), -0.0, 5e-324, 0.30000000000000004]
    client.log_batch(parent, metrics=[Metric("train/loss", v, START + 10 * i, i) for i, v in enumerate(values)])
    client.log_batch(parent, metrics=[Metric("back", 1.5, START + 5, 3), Metric("back", 2.5, START + 6, 1),
                                      Metric("back", 3.5, START + 7, -2)])
    (scratch / "notes.txt").write_text("hello\n")
    (scratch / "empty.bin").write_bytes(b"")
    client.log_artifact(parent, str(scratch / "notes.txt"))
    client.log_artifact(parent, str(scratch / "notes.txt"), "deep/er folder")
    client.log_artifact(parent, str(scratch / "empty.bin"), "deep")
    client.set_tag(parent, "gone", "1")
    client.delete_tag(parent, "gone")
    dataset = Dataset(name="train", digest="abc123", source_type="local", source='{"uri": "train.csv"}',
                      schema='{"a": "long"}', profile='{"num_rows": 3}')
    client.log_inputs(parent, [DatasetInput(dataset, [InputTag("mlflow.data.context", "training")])])

    child = start("child", at=100, mlflow__parentRunId=parent)
    client.log_metric(child, "acc", 0.5, timestamp=START + 110, step=0)
    client.set_terminated(child, "FAILED", end_time=START + 200)
    client.set_terminated(parent, "FINISHED", end_time=START + 1000)
    killed = start("killed", at=300)
    client.set_terminated(killed, "KILLED", end_time=START + 400)
    running = start("running", at=500)
    client.log_metric(running, "acc", 0.25, timestamp=START + 510, step=7)
    deleted = start("deleted", at=600)
    client.log_param(deleted, "lr", "1")
    client.set_terminated(deleted, "FINISHED", end_time=START + 700)
    client.delete_run(deleted)

    model = client.create_logged_model(digits, name="net", source_run_id=parent, tags={"kind": "mlp"},
                                       params={"depth": "2"}, model_type="classifier")
    client.log_outputs(parent, [LoggedModelOutput(model.model_id, 4)])
    client.log_metric(parent, "model_acc", 0.75, timestamp=START + 900, step=9, model_id=model.model_id)
    client.finalize_logged_model(model.model_id, "READY")
    client.log_inputs(child, models=[LoggedModelInput(model.model_id)])

    old = client.create_experiment("old", artifact_location=artifacts("old"))
    lost = start("lost", experiment=old, at=50)
    client.log_metric(lost, "acc", 1, timestamp=START + 60, step=0)
    client.set_terminated(lost, "FINISHED", end_time=START + 70)
    client.delete_experiment(old)

    client.create_registered_model("digits-net", tags={"owner": "ada"}, description="Reads digits.")
    root = client.get_run(parent).info.artifact_uri
    client.create_model_version("digits-net", root + "/deep", run_id=parent, description="first", tags={"ok": "no"})
    client.create_model_version("digits-net", "models:/" + model.model_id, run_id=parent, model_id=model.model_id)
    client.create_model_version("digits-net", "s3://bucket/model", run_link="https://example.org/run")
    client.delete_model_version("digits-net", "3")
    client.set_registered_model_alias("digits-net", "champion", "2")
    client.transition_model_version_stage("digits-net", "1", "Staging")
    client.create_registered_model("empty")


def read(client):
    found = {"experiments": {}, "runs": {}, "models": {}}
    for experiment in client.search_experiments(view_type=ViewType.ALL):
        found["experiments"][experiment.name] = [experiment.lifecycle_stage, dict(experiment.tags)]
        for run in client.search_runs([experiment.experiment_id], run_view_type=ViewType.ALL):
            # A search leaves out what models came in.
            run, info = client.get_run(run.info.run_id), run.info
            history = {key: [[p.step, p.timestamp, float(p.value).hex()]
                             for p in client.get_metric_history(info.run_id, key)] for key in run.data.metrics}
            found["runs"][info.run_name] = {
                "id": info.run_id, "experiment": experiment.name, "status": info.status, "start": info.start_time,
                "end": info.end_time, "stage": info.lifecycle_stage, "user": info.user_id, "params": run.data.params,
                "tags": run.data.tags, "history": history,
                "latest": {key: float(value).hex() for key, value in run.data.metrics.items()},
                "datasets": [[d.dataset.name, d.dataset.digest, d.dataset.source, d.dataset.schema,
                              [[t.key, t.value] for t in d.tags]] for d in run.inputs.dataset_inputs],
                "model_inputs": [m.model_id for m in run.inputs.model_inputs or []],
                "model_outputs": [[m.model_id, m.step] for m in run.outputs.model_outputs] if run.outputs else []}
            for model in client.search_logged_models([experiment.experiment_id]):
                found["logged"] = {
                    "id": model.model_id, "name": model.name, "params": model.params, "tags": model.tags,
                    "status": str(model.status), "type": model.model_type, "run": model.source_run_id,
                    "metrics": [[m.key, float(m.value).hex(), m.step] for m in model.metrics or []]}
    for model in client.search_registered_models():
        versions = sorted(client.search_model_versions(f"name='{model.name}'"), key=lambda v: int(v.version))
        found["models"][model.name] = {
            "description": model.description or "", "tags": model.tags, "aliases": model.aliases,
            "versions": [[int(v.version), v.description or "", v.run_id or "", v.current_stage, dict(v.tags), v.source]
                         for v in versions]}
    return found


reading = {}
store = scratch / "mlruns"
mlflow.set_tracking_uri(store.as_uri())
client = MlflowClient()
fill(client, lambda name: None)
# A model's files, as its flavour would have written them.
reading["mlruns"] = read(client)
model = next(store.glob("*/models/m-*"))
(model / "artifacts").mkdir(exist_ok=True)
(model / "artifacts" / "MLmodel").write_text("flavors: {}\n")
shutil.copytree(store, folder / "mlruns")

database = scratch / "mlflow.db"
mlflow.set_tracking_uri(f"sqlite:///{database}")
client = MlflowClient()
fill(client, lambda name: (scratch / "mlartifacts" / name).as_uri())
reading["mlflow.db"] = read(client)
model = scratch / "mlartifacts" / "digits" / "models" / reading["mlflow.db"]["logged"]["id"] / "artifacts"
model.mkdir(parents=True, exist_ok=True)
(model / "MLmodel").write_text("flavors: {}\n")
shutil.copytree(scratch / "mlartifacts", folder / "mlartifacts")
shutil.copy(database, folder / "mlflow.db")
used = {"alembic_version", "experiments", "experiment_tags", "runs", "params", "tags", "metrics", "latest_metrics", "datasets",
        "inputs", "input_tags", "logged_models", "logged_model_params", "logged_model_metrics", "logged_model_tags",
        "registered_models", "registered_model_tags", "registered_model_aliases", "model_versions", "model_version_tags"}
with sqlite3.connect(folder / "mlflow.db") as small:
    for (name,) in small.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").fetchall():
        if name not in used:
            small.execute(f"DROP TABLE {name}")
small.execute("PRAGMA journal_mode = DELETE")
small.execute("PRAGMA page_size = 512")
small.execute("VACUUM")
small.close()

(folder / "read.json").write_text(json.dumps(reading, indent=1, sort_keys=True).replace(str(scratch), "/scratch") + "\n")
