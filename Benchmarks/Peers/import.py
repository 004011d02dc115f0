"""How fast runs come out of MLflow's SQLite file: `rlrun import` beside MLflow's own client, which only reads them.

    python import.py PATH/TO/rlrun [--runs 1000] [--points 1000]

Run by a Python that has MLflow, which makes the file's tables; the rows are put in by SQL. MLflow's client then reads what
`rlrun import` reads: each run with its parameters and tags, and all points of its metric. Processor time is of the
process that does the work, and does not depend on what else the machine does.
"""
import argparse
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
import uuid

os.environ.update(MLFLOW_DISABLE_TELEMETRY="true", DO_NOT_TRACK="true", MLFLOW_ENABLE_ASYNC_LOGGING="false")

READ = """
import sys
from mlflow import MlflowClient
client = MlflowClient(tracking_uri=sys.argv[1])
experiments = [one.experiment_id for one in client.search_experiments()]
runs, points, token = 0, 0, None
while True:
    page = client.search_runs(experiments, max_results=1000, page_token=token)
    for run in page:
        runs += 1
        for metric in run.data.metrics:
            points += len(client.get_metric_history(run.info.run_id, metric))
    token = page.token
    if not token:
        break
print(runs, points)
"""


def fill(path, runs, points):
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

    SqlAlchemyStore("sqlite:///" + path, os.path.dirname(path) + "/artifacts")
    database = sqlite3.connect(path)

    def insert(table, rows):
        names = list(rows[0])
        database.executemany(
            f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",
            [[row[name] for name in names] for row in rows])

    ids = [uuid.uuid4().hex for _ in range(runs)]
    begin = 1_700_000_000_000
    insert("runs", [
        {"run_uuid": id, "name": f"run-{number}", "source_type": "LOCAL", "source_name": "train.py", "user_id": "u",
         "status": "FINISHED", "start_time": begin + number, "end_time": begin + number + 1000,
         "lifecycle_stage": "active", "experiment_id": 0, "artifact_uri": f"mlflow-artifacts:/0/{id}/artifacts"}
        for number, id in enumerate(ids)])
    insert("params", [
        {"run_uuid": id, "key": key, "value": str(number % 7)} for number, id in enumerate(ids) for key in ("lr", "depth")])
    insert("tags", [{"run_uuid": id, "key": "mlflow.runName", "value": f"run-{number}"} for number, id in enumerate(ids)])
    for number, id in enumerate(ids):
        insert("metrics", [
            {"run_uuid": id, "key": "loss", "value": 1 / (step + number + 1), "timestamp": begin + step, "step": step,
             "is_nan": False} for step in range(points)])
    insert("latest_metrics", [
        {"run_uuid": id, "key": "loss", "value": 1 / (points + number), "timestamp": begin + points - 1,
         "step": points - 1, "is_nan": False} for number, id in enumerate(ids)])
    database.commit()
    database.close()


def timed(command):
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.time()
    done = subprocess.run(command, capture_output=True, text=True)
    took, after = time.time() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        raise SystemExit(done.stdout + done.stderr)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return took, processor, done.stdout.strip().splitlines()[-1]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rlrun")
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--points", type=int, default=1000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rlrun-import-") as folder:
        path = folder + "/mlflow.db"
        fill(path, options.runs, options.points)
        print(f"{options.runs:,} runs of {options.points:,} points, {os.path.getsize(path) / 1e6:.0f} MB of SQLite")
        ours = min((timed([options.rlrun, "import", path, "--store", f"{folder}/runs-{round}"]) for round in range(2)),
                   key=lambda one: one[1])
        theirs = min((timed([sys.executable, "-c", READ, "sqlite:///" + path]) for _ in range(2)), key=lambda one: one[1])
        assert theirs[2] == f"{options.runs} {options.runs * options.points}", theirs[2]
        count = options.runs * options.points
        for name, (took, processor, _) in (("rlrun import", ours), ("MLflow's client, reading alone", theirs)):
            print(f"{name:32s} {took:8.1f} s, {processor:7.2f} s of processor time, {count / processor:12,.0f} points/s of it")
        print(f"{'as a multiple':32s} {theirs[1] / ours[1]:.1f}")


main()
