"""Studio's server under fire: killed under load again and again, and besieged by connections that ask nothing.

    python3 Benchmarks/Studio/kills.py .build/release [--kills 200] [--idle 10000]

Each round some clients record in runs of their own, each call at a random point of what MLflow's interface has, until kill -9
at a random moment. Then what was answered 200 for has to be in the logs, as `rlrun` reads them, and nothing else: of each
client at most the one call that was on its way. The folder holds rlrun and rlrun-server. Needs no package.
"""
import argparse
import csv
import http.client
import io
import json
import os
import random
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time


class Server:
    def __init__(self, programs, store):
        self.process = subprocess.Popen(
            [os.path.join(programs, "rlrun-server"), "--store", store, "--port", "0"], stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline().split("127.0.0.1:")[1].split("/")[0])

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()

    def megabytes(self):
        with open(f"/proc/{self.process.pid}/status") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmRSS")) / 1024

    def seconds(self):
        with open(f"/proc/{self.process.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Recording(threading.Thread):
    """A client that records in a run of its own until the server is gone."""

    def __init__(self, port, seed):
        super().__init__()
        self.port, self.random = port, random.Random(seed)
        self.run_id, self.acknowledged, self.underway = None, [], None

    def call(self, method, path, body):
        self.connection.request(method, path, body, {"Content-Type": "application/json"})
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise AssertionError(f"{path}: {answer.status} {text[:200]}")
        return text

    def post(self, call, **fields):
        return json.loads(self.call("POST", "/api/2.0/mlflow/" + call, json.dumps(fields)) or "{}")

    def run(self):
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            self.run_id = self.post("runs/create", experiment_id="0")["run"]["info"]["run_id"]
            number = 0
            while True:
                kind = self.random.choice(["metric", "metric", "metric", "batch", "tag", "param", "artifact"])
                self.underway = (kind, number)
                self.record(kind, number)
                self.acknowledged.append(self.underway)
                self.underway = None
                number += 1
        except (OSError, http.client.HTTPException):
            pass

    def record(self, kind, number):
        run = self.run_id
        point = {"key": "m", "value": number, "timestamp": 1, "step": number}
        if kind == "metric":
            self.post("runs/log-metric", run_id=run, **point)
        elif kind == "batch":
            self.post("runs/log-batch", run_id=run, metrics=[point, {**point, "key": "n"}], tags=[{"key": f"b{number}", "value": "x"}])
        elif kind == "tag":
            self.post("runs/set-tag", run_id=run, key=f"t{number}", value=str(number))
        elif kind == "param":
            self.post("runs/log-parameter", run_id=run, key=f"p{number}", value=f"v{number}")
        else:
            self.call("PUT", f"/api/2.0/mlflow-artifacts/artifacts/0/{run}/artifacts/a{number}.txt", f"artifact {number}")


class Reader:
    """What rlrun reads of a run."""

    def __init__(self, programs, store):
        self.program, self.store = os.path.join(programs, "rlrun"), store

    def rlrun(self, *words):
        done = subprocess.run([self.program, *words, "--store", self.store], capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"rlrun {' '.join(words)}: {done.stderr or done.stdout[-2000:]}")
        return done.stdout

    def points(self):
        """Of each run (metric, step, value)."""
        found = {}
        rows = csv.DictReader(io.StringIO(self.rlrun("export", "--experiment", "Default")))
        for row in rows:
            found.setdefault(row["run"], set()).add((row["metric"], int(row["step"]), float(row["value"])))
        return found

    def runs(self):
        """Of each run what `rlrun show` tells."""
        return {one["summary"]["run"]: one for one in json.loads(self.rlrun("show", "--experiment", "Default", "--json"))}

    def damage(self):
        """What `rlrun verify` says of the whole store beside that it is sound."""
        done = subprocess.run([self.program, "verify", "--store", self.store], capture_output=True, text=True)
        if done.returncode == 0:
            return []
        return [line for line in (done.stdout + done.stderr).splitlines() if line.startswith("damaged") or "damaged:" in line and " 0 damaged" not in line]


def expected(calls):
    points, tags, parameters, artifacts = set(), set(), set(), set()
    for kind, number in calls:
        if kind in ("metric", "batch"):
            points.add(("m", number, float(number)))
        if kind == "batch":
            points.add(("n", number, float(number)))
            tags.add(f"b{number}")
        if kind == "tag":
            tags.add(f"t{number}")
        if kind == "param":
            parameters.add(f"p{number}")
        if kind == "artifact":
            artifacts.add(f"a{number}.txt")
    return points, tags, parameters, artifacts


def faults(client, points, runs):
    """What is missing of a client's run, or too much in it."""
    if client.run_id is None:
        return []
    shown = runs.get(client.run_id)
    if shown is None:
        return [f"{client.run_id} is missing"]
    found = (
        points.get(client.run_id, set()), {name for name in shown["summary"]["tags"] if not name.startswith("mlflow.")},
        set(shown["summary"]["params"]), {one["name"] for one in shown["artifacts"]})
    sure = expected(client.acknowledged)
    most = expected(client.acknowledged + ([client.underway] if client.underway else []))
    wrong = []
    for name, has, at_least, at_most in zip(("points", "tags", "parameters", "artifacts"), found, sure, most):
        if at_least - has:
            wrong.append(f"{client.run_id}: {name} that were acknowledged are missing: {sorted(at_least - has)[:3]}")
        if has - at_most:
            wrong.append(f"{client.run_id}: {name} that nobody recorded: {sorted(has - at_most)[:3]}")
    return wrong


def kills(programs, count, clients, seed):
    folder = tempfile.mkdtemp(prefix="rlrun-kills-")
    store = os.path.join(folder, "runs")
    reader = Reader(programs, store)
    chance = random.Random(seed)
    all_clients = []
    for number in range(count):
        server = Server(programs, store)
        working = [Recording(server.port, seed * 1_000_003 + number * 101 + client) for client in range(clients)]
        for client in working:
            client.start()
        # After so many answers, and at no particular moment of the next ones.
        wanted, begin = chance.randint(0, 120), time.time()
        while sum(len(client.acknowledged) for client in working) < wanted and time.time() - begin < 30:
            time.sleep(0.002)
        time.sleep(chance.uniform(0, 0.02))
        server.kill()
        for client in working:
            client.join()
        all_clients += working
        if (number + 1) % 20 == 0:
            print(f"{number + 1:5} kills  {sum(len(client.acknowledged) for client in all_clients)} calls answered", flush=True)
    # Read by rlrun, after all the servers that came later.
    points, runs = reader.points(), reader.runs()
    wrong = [fault for client in all_clients for fault in faults(client, points, runs)]
    calls = sum(len(client.acknowledged) for client in all_clients)
    known = {client.run_id for client in all_clients if client.run_id}
    # A run whose creation was not answered may be a folder without a log; nobody knows its id.
    unborn = [line for line in reader.damage() if "without a log" in line and not any(run in line for run in known)]
    wrong += [line for line in reader.damage() if line not in unborn]
    for fault in wrong[:20]:
        print(fault)
    print(f"{count} kills, {clients} clients, {len(known)} runs: {calls} calls were answered 200, {len(wrong)} faults; "
          f"{len(unborn)} runs were cut short before they were answered")
    shutil.rmtree(folder)
    return not wrong


def siege(programs, count):
    """Connections that ask nothing, more than the server has places for: how others fare meanwhile."""
    files = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(files[1], max(files[0], 2 * count + 200)), files[1]))
    folder = tempfile.mkdtemp(prefix="rlrun-siege-")
    server = Server(programs, os.path.join(folder, "runs"))

    def ask():
        begin = time.time()
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=300)
        connection.request("GET", "/health")
        status = connection.getresponse().status
        connection.close()
        assert status == 200
        return time.time() - begin

    ask()
    before = server.megabytes()
    print(f"alone             {1000 * min(ask() for _ in range(20)):8.1f} ms an answer, {before:.0f} MB")
    idle = []
    for some in (500, count):
        while len(idle) < some:
            connection = socket.socket()
            connection.settimeout(300)
            try:
                connection.connect(("127.0.0.1", server.port))
            except OSError:
                break
            idle.append(connection)
        begin = server.seconds()
        took = ask()
        print(f"{len(idle):5} idle        {1000 * took:8.1f} ms to the next answer, {server.megabytes():.0f} MB, "
              f"{1000 * (server.seconds() - begin):.0f} ms of processor time", flush=True)
    time.sleep(1)
    for connection in idle:
        connection.close()
    time.sleep(1)
    print(f"after them        {1000 * min(ask() for _ in range(20)):8.1f} ms an answer, {server.megabytes():.0f} MB")
    server.kill()
    shutil.rmtree(folder)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("programs", help="the folder with rlrun and rlrun-server")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--clients", type=int, default=6)
    parser.add_argument("--idle", type=int, default=10_000, help="connections of the siege; 0 for none")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    fine = kills(options.programs, options.kills, options.clients, options.seed) if options.kills else True
    if options.idle:
        siege(options.programs, options.idle)
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
