"""Other trackers at the work of a log: metrics recorded one at a time, read back, written as CSV, runs compared.

  peers/bin/python Benchmarks/Peers/trackers.py --tracker mlflow --case write --points 20000

Prints one line of figures: points (or runs) as `steps`, seconds, and of `write` the bytes a point as `quality`. `write` ends
when its time is up, with the points it got to.
"""
import argparse
import csv
import os
import shutil
import sys
import tempfile
import time

import peer

os.environ.update(
    MLFLOW_DISABLE_TELEMETRY="true", DO_NOT_TRACK="true", WANDB_MODE="offline", WANDB_SILENT="true",
    WANDB_ERROR_REPORTING="false", GRADIO_ANALYTICS_ENABLED="false")


class TensorBoard:
    package = "tensorboard"

    def __init__(self, folder):
        from tensorboard.compat.proto import event_pb2, summary_pb2
        from tensorboard.summary.writer.event_file_writer import EventFileWriter
        self.folder, self.writer_of, self.event, self.summary = folder, EventFileWriter, event_pb2, summary_pb2

    def start(self, name, parameters=None):
        self.place = os.path.join(self.folder, name)
        self.writer = self.writer_of(self.place)

    def record(self, values, step):
        # What SummaryWriter.add_scalar does, without its lookups.
        for tag, value in values.items():
            summary = self.summary.Summary(value=[self.summary.Summary.Value(tag=tag, simple_value=value)])
            self.writer.add_event(self.event.Event(wall_time=time.time(), step=step, summary=summary))

    def finish(self):
        self.writer.close()

    def load(self, place):
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
        events = EventAccumulator(place, size_guidance={"scalars": 0})
        events.Reload()
        return events

    def read(self):
        return [(e.step, e.wall_time, e.value) for e in self.load(self.place).Scalars("loss")]

    def select(self):
        found = []
        for name in os.listdir(self.folder):
            events = self.load(os.path.join(self.folder, name))
            found.append((events.Scalars("m0")[-1].value, events.Scalars("m1")[-1].value, name))
        return sorted(one[1:] for one in found if one[0] > 500)


class MLflow:
    package = "mlflow"

    def __init__(self, folder):
        import mlflow
        mlflow.set_tracking_uri(f"sqlite:///{folder}/mlflow.db")
        self.client = mlflow.MlflowClient()
        self.experiment = self.client.create_experiment("bench")

    def start(self, name, parameters=None):
        self.run = self.client.create_run(self.experiment, run_name=name).info.run_id
        for key, value in (parameters or {}).items():
            self.client.log_param(self.run, key, value)

    def record(self, values, step):
        if len(values) == 1:
            for key, value in values.items():
                self.client.log_metric(self.run, key, value, step=step)
        else:
            self.record_many([(key, value, step) for key, value in values.items()])

    def record_many(self, points):
        from mlflow.entities import Metric
        now = int(time.time() * 1000)
        for first in range(0, len(points), 1000):
            batch = [Metric(key, value, now, step) for key, value, step in points[first:first + 1000]]
            self.client.log_batch(self.run, metrics=batch)

    def finish(self):
        self.client.set_terminated(self.run)

    def read(self):
        return [(e.step, e.timestamp, e.value) for e in self.client.get_metric_history(self.run, "loss")]

    def select(self):
        return self.client.search_runs(
            [self.experiment], "metrics.m0 > 500", order_by=["metrics.m1 DESC"], max_results=50_000)


class WeightsAndBiases:
    """Offline. It has no reader of its offline files, and compares runs on its server only."""
    package = "wandb"

    def __init__(self, folder):
        os.environ.update(WANDB_DIR=folder, WANDB_CACHE_DIR=folder, WANDB_CONFIG_DIR=folder, WANDB_DATA_DIR=folder)
        import wandb
        self.folder, self.wandb = folder, wandb

    def start(self, name, parameters=None):
        settings = self.wandb.Settings(x_disable_stats=True, console="off")
        self.run = self.wandb.init(
            project="bench", name=name, dir=self.folder, mode="offline", config=parameters, settings=settings)

    def record(self, values, step):
        self.run.log(values, step=step)

    def finish(self):
        self.run.finish()


class Trackio:
    package = "trackio"

    def __init__(self, folder):
        os.environ["TRACKIO_DIR"] = folder
        import trackio
        self.trackio = trackio

    def start(self, name, parameters=None):
        self.name = name
        self.trackio.init(project="bench", name=name, config=parameters, embed=False)

    def record(self, values, step):
        self.trackio.log(values, step=step)

    def finish(self):
        self.trackio.finish()

    def read(self):
        from trackio.sqlite_storage import SQLiteStorage
        rows = SQLiteStorage.get_logs("bench", self.name)
        return [(row["step"], row["timestamp"], row["loss"]) for row in rows if "loss" in row]

    def select(self):
        from trackio.sqlite_storage import SQLiteStorage
        runs = SQLiteStorage.get_run_records("bench")
        asked = [{"run": run["name"], "run_id": run.get("id") or run.get("run_id")} for run in runs]
        logs = [entry["logs"][-1] for entry in SQLiteStorage.get_logs_batch("bench", asked)]
        return sorted((row["m1"], row["m0"]) for row in logs if row["m0"] > 500)


TRACKERS = {"tensorboard": TensorBoard, "mlflow": MLflow, "wandb": WeightsAndBiases, "trackio": Trackio}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tracker", choices=TRACKERS, required=True)
    parser.add_argument("--case", choices=["write", "read", "csv", "select"], required=True)
    parser.add_argument("--points", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=1_000)
    parser.add_argument("--seconds", type=float, default=20, help="after which `write` ends")
    options = parser.parse_args()
    folder = tempfile.mkdtemp()
    # What trackers say goes elsewhere: the last line of output is the figures'.
    output, sys.stdout = sys.stdout, sys.stderr
    try:
        figures = measure(TRACKERS[options.tracker](folder), folder, options)
    finally:
        sys.stdout = output
        shutil.rmtree(folder, ignore_errors=True)
    import importlib.metadata
    peer.report({"version": importlib.metadata.version(TRACKERS[options.tracker].package)} | figures)


def measure(tracker, folder, options):
    values = [1 + i * 2654435761 % 1_000_003 / 1_000_003 for i in range(options.points)]
    figures = {}
    if options.case == "write":
        tracker.start("single")
        before = size(folder)
        with peer.timed(figures):
            start = time.perf_counter()
            for step, value in enumerate(values):
                tracker.record({"loss": value}, step)
                if step % 64 == 0 and time.perf_counter() - start > options.seconds:
                    break
            tracker.finish()
        return figures | {"steps": step + 1, "quality": (size(folder) - before) / (step + 1)}
    if options.case == "select":
        for run in range(options.runs):
            tracker.start(f"run-{run}", {f"p{i}": run % (i + 2) for i in range(5)})
            tracker.record({f"m{i}": float(run * (i + 1) % 1_000) for i in range(5)}, 0)
            tracker.finish()
        with peer.timed(figures):
            found = tracker.select()
        assert len(found) == sum(run % 1_000 > 500 for run in range(options.runs)), len(found)
        return figures | {"steps": options.runs}
    tracker.start("single")
    if hasattr(tracker, "record_many"):
        tracker.record_many([("loss", value, step) for step, value in enumerate(values)])
    else:
        for step, value in enumerate(values):
            tracker.record({"loss": value}, step)
    tracker.finish()
    with peer.timed(figures):
        points = tracker.read()
        if options.case == "csv":
            with open(os.path.join(folder, "points.csv"), "w", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(["step", "time", "value"])
                writer.writerows(points)
    assert len(points) == options.points, len(points)
    return figures | {"steps": options.points}


def size(folder):
    return sum(os.lstat(os.path.join(place, name)).st_size for place, _, names in os.walk(folder) for name in names)


main()
