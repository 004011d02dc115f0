"""How fast Studio is, in a store of many runs: the table of Docs/STUDIO.md.

    python3 Benchmarks/Studio/figures.py .build/release [--runs 10000] [--store FOLDER]

The folder holds rlrun and rlrun-server. A store that is named is filled where it is not there, and kept. Processor time is the
server's own, and does not depend on what else the machine does. Needs Chromium and no package.
"""
import argparse
import http.client
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "Browser"))
from browser import Browser  # noqa: E402


class Server:
    def __init__(self, programs, store):
        begin = time.time()
        self.process = subprocess.Popen(
            [os.path.join(programs, "rlrun-server"), "--store", store, "--port", "0"], stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline().split("127.0.0.1:")[1].split("/")[0])
        self.started = time.time() - begin
        self.start_processor = self.processor()
        self.address = f"http://127.0.0.1:{self.port}"
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)

    def processor(self):
        with open(f"/proc/{self.process.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def megabytes(self):
        with open(f"/proc/{self.process.pid}/status") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmRSS")) / 1024

    def post(self, call, **body):
        self.connection.request("POST", "/api/2.0/mlflow/" + call, json.dumps(body), {"Content-Type": "application/json"})
        answer = self.connection.getresponse()
        text = answer.read()
        assert answer.status == 200, text
        return json.loads(text or "{}")

    def get(self, path):
        self.connection.request("GET", path)
        answer = self.connection.getresponse()
        text = answer.read()
        assert answer.status == 200, text
        return text

    def stop(self):
        self.connection.close()
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()


def fill(programs, store, runs):
    server = Server(programs, store)
    experiment = server.post("experiments/create", name="many")["experiment_id"]
    for number in range(runs):
        run = server.post("runs/create", experiment_id=experiment, start_time=1700000000000 + number)["run"]["info"]["run_id"]
        server.post(
            "runs/log-batch", run_id=run,
            metrics=[{"key": "loss", "value": 1 / (number + 1), "timestamp": 1700000000000, "step": 1},
                     {"key": "acc", "value": number / runs, "timestamp": 1700000000000, "step": 1}],
            params=[{"key": "lr", "value": str(number % 7 / 100)}, {"key": "depth", "value": str(number % 5)}],
            tags=[{"key": "team", "value": f"t{number % 3}"}])
        server.post("runs/update", run_id=run, status="FINISHED", end_time=1700000000005 + number)
    curves = server.post("experiments/create", name="curves")["experiment_id"]
    for number in range(100):
        run = server.post("runs/create", experiment_id=curves, start_time=1700000000000 + number)["run"]["info"]["run_id"]
        server.post("runs/log-parameter", run_id=run, key="group", value=str(number % 10))
        for part in range(10):
            server.post("runs/log-batch", run_id=run, metrics=[
                {"key": "reward", "value": (part * 1000 + place) ** 0.5 + number, "timestamp": 1700000000000 + place,
                 "step": part * 1000 + place} for place in range(1000)])
        server.post("runs/update", run_id=run, status="FINISHED", end_time=1700000000005 + number)
    server.stop()


def say(what, value, limit=""):
    print(f"{what:<46}{value:>24}   {limit}", flush=True)


def timed(server, body):
    begin, processor = time.time(), server.processor()
    body()
    return 1000 * (time.time() - begin), 1000 * (server.processor() - processor)


def shown(browser, address, condition):
    """Milliseconds from the navigation until the page holds something."""
    browser.go("about:blank")
    browser.call("Page.addScriptToEvaluateOnNewDocument", source=(
        "(() => { const look = () => { let holds = false; try { holds = Boolean(" + condition + "); } catch {} "
        "if (holds && document.readyState !== 'loading') window.shownAt = performance.now(); else requestAnimationFrame(look); }; look(); })()"))
    browser.go(address)
    browser.wait("window.shownAt", seconds=60)
    return browser.js("window.shownAt")


def measure(programs, store):
    starts = []
    for _ in range(5):
        server = Server(programs, store)
        starts.append((server.started, server.start_processor))
        server.stop()
    took, processor = min(starts)
    say("start, until it answers", f"{1000 * took:.0f} ms ({1000 * processor:.0f} ms CPU)", "150 ms")
    server = Server(programs, store)
    experiment = server.post("experiments/search", max_results=10, filter="name = 'many'")["experiments"][0]["experiment_id"]
    search = lambda: server.post("runs/search", experiment_ids=[experiment], filter="metrics.loss < 0.5", max_results=100)  # noqa: E731
    took, processor = timed(server, search)
    say("first runs/search", f"{took:.0f} ms ({processor:.0f} ms CPU)", "1 s")
    took, processor = zip(*[timed(server, search) for _ in range(20)])
    say("runs/search after it", f"{statistics.median(took):.1f} ms ({sum(processor) / 20:.1f} ms CPU)", "50 ms")
    browser = Browser()
    try:
        browser.size(1440, 900)
        first = shown(browser, server.address + "/", "document.querySelectorAll('#rows tr[data-run]').length > 20")
        again = statistics.median(
            shown(browser, server.address + "/", "document.querySelectorAll('#rows tr[data-run]').length > 20") for _ in range(5))
        say("first page of the table, the first time", f"{first:.0f} ms")
        say("first page of the table", f"{again:.0f} ms", "300 ms")
        took, processor = timed(server, lambda: server.get("/"))
        say("  of which the server", f"{took:.0f} ms ({processor:.0f} ms CPU)")
        grouped = "/?experiment=many&group=configuration"
        again = statistics.median(
            shown(browser, server.address + grouped, "document.querySelectorAll('#rows tr.group').length > 20") for _ in range(5))
        say("the same, grouped by configuration", f"{again:.0f} ms", "300 ms")
        took, processor = timed(server, lambda: server.get(grouped))
        say("  of which the server", f"{took:.0f} ms ({processor:.0f} ms CPU)")
        drawn = "[...document.querySelectorAll('.chart canvas')].length > 0"
        charts = server.address + "/charts?experiment=curves&single=1"
        say("chart of 100 runs of 10,000 points, first time", f"{shown(browser, charts, drawn):.0f} ms")
        say("chart of 100 runs of 10,000 points", f"{statistics.median(shown(browser, charts, drawn) for _ in range(5)):.0f} ms", "300 ms")
        live = server.post("experiments/create", name=f"live {time.time()}")
        run = server.post("runs/create", experiment_id=live["experiment_id"])["run"]["info"]["run_id"]
        for step in range(5):
            server.post("runs/log-metric", run_id=run, key="loss", value=step, timestamp=1, step=step)
        browser.go(server.address + "/runs/" + run)
        browser.wait("document.querySelectorAll('.chart canvas').length === 1")
        browser.js("window.drawn = 0; const f = CanvasRenderingContext2D.prototype.clearRect; "
                   "CanvasRenderingContext2D.prototype.clearRect = function (...a) { window.drawn += 1; return f.apply(this, a); };")
        time.sleep(1.5)
        waits = []
        for step in range(5, 15):
            browser.js("window.drawn = 0")
            server.post("runs/log-metric", run_id=run, key="loss", value=step, timestamp=1, step=step)
            waits.append(browser.wait("window.drawn > 0"))
            time.sleep(0.7)
        say("a logged point is on the screen", f"{1000 * statistics.median(waits):.0f} ms, at most {1000 * max(waits):.0f}", "1 s")
        server.post("runs/update", run_id=run, status="FINISHED", end_time=2)
        browser.go("about:blank")
        time.sleep(3)
        _, processor = timed(server, lambda: time.sleep(20))
        say("idle for 20 s, nobody looks", f"{processor:.0f} ms CPU", "none")
        browser.go(server.address + "/?experiment=many")
        time.sleep(3)
        _, processor = timed(server, lambda: time.sleep(20))
        say("idle for 20 s, a page is open", f"{processor:.0f} ms CPU")
        say("memory", f"{server.megabytes():.0f} MB", "150 MB")
        beside(programs, server, browser)
        sampling(programs)
    finally:
        browser.close()
        server.stop()


def beside(programs, server, browser):
    """What a training takes, alone and while its page is open: processor time of the training itself."""
    folder = tempfile.mkdtemp(prefix="rlrun-beside-")

    def train(name):
        begin = os.times()
        subprocess.run(
            [os.path.join(programs, "rlrun"), "train", "CartPole-v1", "--agent", "ppo", "--steps", "60000", "--seed", "1", "--experiment", name,
             "--store", os.path.join(folder, "runs")], check=True, capture_output=True, env={**os.environ, "OPENBLAS_NUM_THREADS": "1"})
        end = os.times()
        return end.children_user + end.children_system - begin.children_user - begin.children_system

    train("warm")
    watched = Server(programs, os.path.join(folder, "runs"))
    alone, followed = [], []
    try:
        for _ in range(6):
            browser.go("about:blank")
            alone.append(train("alone"))
            browser.go(watched.address + "/charts?experiment=followed" if followed else watched.address + "/")
            followed.append(train("followed"))
    finally:
        watched.stop()
        shutil.rmtree(folder)
    say("a training whose charts are open", f"{100 * (min(followed) / min(alone) - 1):+.1f} % CPU", "+1 %")


def sampling(programs):
    """What a run pays for the machine's metrics, one sample in ten seconds: processor time of the thread that reads them."""
    folder = tempfile.mkdtemp(prefix="rlrun-sampling-")
    training = subprocess.Popen(
        [os.path.join(programs, "rlrun"), "train", "Pendulum-v1", "--agent", "sac", "--steps", "100000000", "--store",
         os.path.join(folder, "runs")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"})
    threads = f"/proc/{training.pid}/task"

    def running():
        """Of each thread the nanoseconds it ran and how often it was put on a processor."""
        found = {}
        for thread in os.listdir(threads):
            with open(f"{threads}/{thread}/schedstat") as file:
                fields = file.read().split()
                found[thread] = (int(fields[0]), int(fields[2]))
        return found

    try:
        time.sleep(5)
        # The one that sleeps for ten seconds at a time: it alone runs once in a while.
        earlier, grown = running(), {}
        begin = time.time()
        while time.time() - begin < 62:
            time.sleep(0.5)
            now = running()
            for thread, (nanoseconds, _) in now.items():
                if thread in earlier and nanoseconds > earlier[thread][0]:
                    grown.setdefault(thread, []).append(nanoseconds - earlier[thread][0])
            earlier = now
    finally:
        training.terminate()
        training.wait()
        shutil.rmtree(folder)
    samples = next((each for each in grown.values() if 5 <= len(each) <= 8), None)
    assert samples, {thread: len(each) for thread, each in grown.items()}
    took = statistics.median(samples) / 1e6
    say("system/*, a sample in ten seconds", f"{took:.2f} ms CPU, {took / 100:.4f} %", "0.1 %")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("programs", help="the folder with rlrun and rlrun-server")
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--store", help="where the runs are (default: a folder that goes)")
    options = parser.parse_args()
    store = options.store or os.path.join(tempfile.mkdtemp(prefix="rlrun-figures-"), "runs")
    if not os.path.exists(store):
        print(f"recording {options.runs:,} runs …", flush=True)
        fill(options.programs, store, options.runs)
    print(f"{'':<46}{'measured':>24}   wanted at most")
    measure(options.programs, store)
    if not options.store:
        shutil.rmtree(os.path.dirname(store))


if __name__ == "__main__":
    main()
