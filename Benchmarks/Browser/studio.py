"""Studio in a browser: what people do with each page, axe-core's rules, and the pictures of the documentation.

    python3 Benchmarks/Browser/studio.py .build/release [--axe axe.min.js] [--pictures Docs/studio]

The folder holds rlrun and rlrun-server. axe.min.js is in the package axe-core-python of PyPI. Needs Chromium, no package.
"""

import argparse
import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

sys.path.insert(0, os.path.dirname(__file__))
from browser import Browser  # noqa: E402


class Studio:
    """A store with runs of every kind, and a server over it."""

    def __init__(self, programs):
        self.programs = os.path.abspath(programs)
        self.folder = tempfile.mkdtemp(prefix="rlrun-studio-")
        self.store = os.path.join(self.folder, "runs")
        self.environment = {**os.environ, "RLRUN_STORE": self.store, "OPENBLAS_NUM_THREADS": "1"}

    def rlrun(self, *words):
        done = subprocess.run(
            [os.path.join(self.programs, "rlrun"), *words], env=self.environment, cwd=self.folder, capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"rlrun {' '.join(words)}: {done.stderr}")
        return done.stdout

    def fill(self):
        for agent in ("ppo", "a2c", "dqn"):
            self.rlrun("train", "CartPole-v1", "--agent", agent, "--steps", "8000", "--seeds", "1-4", "--experiment", "poles",
                       "--eval-freq", "1000", "--watch", "weights/*")
        self.rlrun("train", "CartPole-v1", "--agent", "ppo", "--set", "learning_rate=3", "--steps", "8000", "--seeds", "1-2",
                   "--experiment", "broken", "--eval-freq", "1000")
        self.rlrun("search", "train", "CartPole-v1", "--agent", "a2c", "--space", "default", "--trials", "12", "--steps", "1000",
                   "--seeds", "1-2", "--fresh-seeds", "4", "--eval-freq", "0", "--experiment", "search")
        path = os.path.join(self.folder, "wine.csv")
        with open(path, "w") as file:
            file.write("alcohol,acid,colour,country,kind\n")
            for row in range(600):
                kind = "ABC"[row % 3]
                alcohol = "" if row % 37 == 5 else f"{11.5 + row % 3 + (row * 7919 % 100) / 80:.2f}"
                country = ("France", "Italy", "italy ", "Spain")[row * 31 % 4]
                file.write(f"{alcohol},{2 + (row * 104729 % 1000) / 500:.3f},{('red', 'white')[row % 2]},{country},{kind}\n")
        self.rlrun("data", "add", "wine", path)
        self.rlrun("data", "add", "wine-as-written", path, "--as-written")

    def start(self):
        self.server = subprocess.Popen(
            [os.path.join(self.programs, "rlrun-server"), "--store", self.store, "--port", "0"], env=self.environment,
            cwd=self.folder, stdout=subprocess.PIPE, text=True)
        self.port = int(self.server.stdout.readline().split("127.0.0.1:")[1].split("/")[0])
        self.address = f"http://127.0.0.1:{self.port}"

    def stop(self):
        self.server.terminate()
        self.server.wait()

    def mlflow(self, call, body):
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request("POST", "/api/2.0/mlflow/" + call, json.dumps(body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        text = answer.read()
        assert answer.status == 200, text
        return json.loads(text)


class Checks:
    def __init__(self, studio, browser):
        self.studio, self.browser = studio, browser
        self.failures = 0

    def do(self, name, body):
        self.browser.complaints.clear()
        try:
            said = body() or ""
            if self.browser.complaints:
                raise AssertionError("; ".join(self.browser.complaints))
            print(f"ok    {name}{': ' + said if said else ''}", flush=True)
        except (AssertionError, RuntimeError) as error:
            self.failures += 1
            print(f"FAIL  {name}: {error}", flush=True)

    def go(self, path):
        self.browser.go(self.studio.address + path)

    def count(self, selector):
        return self.browser.js(f"document.querySelectorAll({json.dumps(selector)}).length")

    def fill(self, selector, text):
        self.browser.js(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)}); e.focus(); e.value = {json.dumps(text)}; "
            "e.dispatchEvent(new Event('input', {bubbles: true})); e.dispatchEvent(new Event('change', {bubbles: true})); })()")

    def click(self, selector):
        assert self.count(selector), f"there is no {selector}"
        self.browser.js(f"document.querySelector({json.dumps(selector)}).click()")

    # What people do.

    def filters(self):
        self.go("/?experiment=poles")
        assert self.count("#rows tr[data-run]") == 12
        self.fill("#where", "agent = 'a2c'")
        self.click(".query button:not([type])")
        self.browser.wait("document.querySelectorAll('#rows tr[data-run]').length === 4 && location.search.includes('a2c')")
        self.go("/?" + urllib.parse.urlencode({"where": "agent = a2c"}))
        assert self.count("#wrong") == 1

    def completes(self):
        self.go("/")
        self.browser.js("document.getElementById('where').focus()")
        self.browser.call("Input.insertText", text="final/mean")
        self.browser.wait("document.querySelectorAll('.suggest li').length > 0")
        self.browser.js("document.getElementById('where').dispatchEvent(new KeyboardEvent('keydown', {key: 'Tab', bubbles: true, cancelable: true}))")
        assert "final/mean" in self.browser.js("document.getElementById('where').value")

    def keys(self):
        self.go("/?experiment=poles")
        self.browser.key("j")
        self.browser.key("x")
        assert self.count("tr.here input:checked") == 1
        self.browser.key("/")
        assert self.browser.js("document.activeElement.id") == "where"

    def groups(self):
        self.go("/?experiment=poles&sort=-final/mean_reward")
        self.click("#grouping a[href*='group=configuration']")
        self.browser.wait("document.querySelectorAll('#rows tr.group').length === 3 && document.readyState === 'complete'")
        assert self.count("#rows tr.group .interval") >= 3, "four seeds have an interval"
        assert self.browser.js("document.getElementById('count').textContent") == "3 groups of 12 runs"
        # By keys alone: the space bar opens and keeps the focus, Enter closes.
        self.browser.js("document.querySelector('#rows .fold').focus()")
        self.browser.key(" ")
        self.browser.wait("document.querySelectorAll('#rows tr.member').length === 4")
        assert self.browser.js("document.activeElement.getAttribute('aria-expanded')") == "true"
        address = self.browser.js("location.pathname + location.search")
        assert "open=" in address and "group=configuration" in address
        self.go(address)
        assert self.count("#rows tr.member") == 4, "which groups are open is part of the address"
        self.browser.js("document.querySelector('#rows .fold[aria-expanded=true]').focus()")
        self.browser.key("Enter")
        self.browser.wait("document.querySelectorAll('#rows tr.member').length === 0 && !location.search.includes('open=')")
        self.click("#rows tr.group input")
        self.browser.js("document.querySelector('#rows .fold').click()")
        self.browser.wait("document.querySelectorAll('#rows tr.member input:checked').length === 4")
        self.click("#rows tr.member input")
        assert self.browser.js("document.querySelector('#rows tr.group input').indeterminate")
        self.click("[formaction='/charts']")
        self.browser.wait("location.pathname === '/charts' && new URLSearchParams(location.search).getAll('run').length === 3")
        self.go("/?experiment=search&group=differences")
        assert self.count("#rows tr.group") > 1
        self.browser.js("document.querySelector('#grouping [value=agent]').click()")
        self.browser.wait("location.search.includes('group=agent') && document.querySelectorAll('#rows tr.group').length >= 1")

    def draws(self):
        self.go("/charts?experiment=poles")
        seconds = self.browser.wait("document.querySelectorAll('.charts canvas').length >= 2")
        assert self.count("#legend li") == 3
        self.click("[name=single]")
        self.browser.wait("location.search.includes('single=1')")
        self.fill("[name=smooth]", "0.6")
        self.fill("[name=x]", "time")
        self.browser.wait("location.search.includes('smooth=0.6') && location.search.includes('x=time')")
        for file in ("svg", "png", "csv"):
            status = self.browser.js(f"fetch(document.querySelector('a[data-format={file}]').href).then(a => a.status)", awaits=True)
            assert status == 200, f"{file} answers {status}"
        return f"first charts {seconds * 1e3:.0f} ms after the page"

    def zooms(self):
        self.go("/charts?experiment=poles")
        self.browser.wait("document.querySelectorAll('.charts canvas').length >= 2")
        box = self.browser.js("(() => { const r = document.querySelector('.u-over').getBoundingClientRect(); return [r.x, r.y, r.width, r.height]; })()")
        x, y = box[0], box[1] + box[3] / 2
        self.browser.call("Input.dispatchMouseEvent", type="mouseMoved", x=x + 60, y=y)
        self.browser.call("Input.dispatchMouseEvent", type="mousePressed", x=x + 60, y=y, button="left", clickCount=1)
        self.browser.call("Input.dispatchMouseEvent", type="mouseMoved", x=x + 200, y=y, button="left", buttons=1)
        self.browser.call("Input.dispatchMouseEvent", type="mouseReleased", x=x + 200, y=y, button="left", clickCount=1)
        self.browser.wait("location.search.includes('from=')")
        assert not self.browser.js("document.getElementById('unzoom').hidden")
        self.click("#unzoom")
        self.browser.wait("!location.search.includes('from=')")

    def follows(self):
        experiment = self.studio.mlflow("experiments/create", {"name": "live"})["experiment_id"]
        run = self.studio.mlflow("runs/create", {"experiment_id": experiment, "start_time": 1})["run"]["info"]["run_id"]

        def log(step, value):
            self.studio.mlflow("runs/log-metric", {"run_id": run, "key": "loss", "value": value, "timestamp": 1, "step": step})

        for step in range(5):
            log(step, step)
        self.go("/charts?experiment=live")
        self.browser.wait("document.querySelectorAll('.charts canvas').length === 1")
        time.sleep(1.5)
        waits = []
        for step in range(5, 10):
            # How often something was drawn says that a point came to the screen.
            self.browser.js("window.drawn = 0; if (!window.watching) { window.watching = true; const f = CanvasRenderingContext2D.prototype.clearRect;"
                            "CanvasRenderingContext2D.prototype.clearRect = function (...a) { window.drawn += 1; return f.apply(this, a); }; }")
            log(step, step)
            waits.append(self.browser.wait("window.drawn > 0", what="a logged point on the screen"))
            time.sleep(0.7)
        self.studio.mlflow("runs/update", {"run_id": run, "status": "FINISHED", "end_time": 2})
        assert max(waits) <= 1.0, f"a point took {max(waits):.2f} s"
        return f"a logged point is on the screen after {sorted(waits)[2] * 1e3:.0f} ms, at most {max(waits) * 1e3:.0f}"

    def renames(self):
        name = f"renamed {time.time()}"
        self.studio.mlflow("experiments/create", {"name": "other " + name})
        self.go("/experiments")
        form = f"document.querySelector('[aria-label=\"New name of other {name}\"]')"
        self.browser.js(f"{form}.closest('details').querySelector('summary').click()")
        self.browser.js(f"{form}.value = '{name}'; {form}.form.querySelector('button').click()")
        self.browser.wait(f"document.readyState === 'complete' && [...document.querySelectorAll('th a')].some(link => link.textContent === '{name}')")
        self.go("/?" + urllib.parse.urlencode({"experiment": "other " + name}))
        self.browser.wait(f"new URLSearchParams(location.search).get('experiment') === '{name}'")

    def scatters(self):
        self.go("/scatter?experiment=poles")
        self.fill("[name=colour]", "agent")
        self.browser.wait("location.search.includes('colour=agent') && document.querySelectorAll('circle.dot').length === 12")
        self.go("/parallel?experiment=search")
        assert self.count(".picture svg") == 1

    def compares(self):
        self.go("/?experiment=poles")
        self.browser.js("for (const box of [...document.querySelectorAll('#rows input')].slice(0, 8)) box.click()")
        self.click("[formaction='/compare']")
        self.browser.wait("location.pathname === '/compare' && document.querySelectorAll('.picture svg').length === 2")
        assert self.count("svg.estimate") >= 3
        films = self.count("[data-film]")
        self.click("#films summary")
        self.browser.wait(f"[...document.querySelectorAll('img.film')].filter(film => film.naturalWidth > 0).length === {films}", seconds=120)
        return f"{films} films"

    def deletes_artifacts(self):
        run = self.studio.mlflow("runs/create", {"experiment_id": "0"})["run"]["info"]["run_id"]
        for name in ("kept.txt", "gone.txt"):
            request = urllib.request.Request(
                f"{self.studio.address}/api/2.0/mlflow-artifacts/artifacts/0/{run}/artifacts/{name}", data=b"text", method="PUT")
            urllib.request.urlopen(request).read()
        self.go("/runs/" + run)
        # The browser says yes to what is asked.
        self.click("[aria-label='Delete artifact gone.txt']")
        self.browser.wait("document.readyState === 'complete' && !document.body.textContent.includes('gone.txt')")
        assert self.count("[aria-label='Delete artifact kept.txt']") == 1

    def tags(self):
        self.go("/?experiment=poles")
        self.click("#rows a")
        self.browser.wait("location.pathname.startsWith('/runs/') && document.readyState === 'complete'")
        self.browser.js("document.querySelector('[name=key]').value = 'team'; document.querySelector('[name=value]').value = 'blue';"
                        "document.querySelector('[name=key]').form.requestSubmit()")
        self.browser.wait("[...document.querySelectorAll('aside th')].some(cell => cell.textContent === 'team')")
        self.click("[aria-label='Remove tag team']")
        self.browser.wait("![...document.querySelectorAll('aside th')].some(cell => cell.textContent === 'team')")
        self.browser.wait("document.querySelectorAll('.chart canvas').length > 0")

    def shows_trouble(self):
        self.go("/?experiment=broken")
        self.click("#rows a")
        self.browser.wait("location.pathname.startsWith('/runs/') && document.querySelectorAll('.cause').length > 0")

    def searches(self):
        self.go("/?" + urllib.parse.urlencode({"where": "kind = 'search'"}))
        self.click("#rows a")
        self.browser.wait("document.querySelectorAll('.search .picture svg').length >= 3", seconds=120)

    def works(self):
        self.go("/start?kind=train&agent=a2c")
        self.fill("[name=steps]", "100000000")
        self.fill("[name=seeds]", "7")
        self.fill("[name=experiment]", "started")
        self.browser.wait("document.getElementById('command').textContent.includes('--steps 100000000 --seeds 7 --experiment started --detach')")
        self.click("button.main")
        self.browser.wait("location.pathname.startsWith('/jobs/') && document.querySelectorAll('section a[href^=\"/runs/\"]').length === 1", seconds=120)
        job = self.browser.js("location.pathname")
        self.go("/start?kind=train&agent=a2c&steps=500&seeds=8&experiment=started&eval-freq=0")
        self.click("[value=queue]")
        self.browser.wait("location.pathname.startsWith('/jobs/') && document.querySelector('.status.queued')", seconds=120)
        second = self.browser.js("location.pathname")
        self.go(job)
        self.click("[value=stop]")
        self.browser.wait("document.querySelector('.status.interrupted')", seconds=120)
        self.go(second)
        self.browser.wait("document.querySelector('.status.finished')", seconds=120)

    def resumes(self):
        self.go("/?" + urllib.parse.urlencode({"where": "experiment = 'started' and status = 'interrupted'"}))
        self.click("#rows a")
        self.browser.wait("document.querySelector('[value=resume]')")
        self.click("[value=resume]")
        self.browser.wait("location.pathname.startsWith('/jobs/') && document.querySelectorAll('section a[href^=\"/runs/\"]').length === 1", seconds=120)
        self.click("section a")
        # The job's page has such a button, too.
        self.browser.wait("location.pathname.startsWith('/runs/') && document.readyState === 'complete' && document.querySelector('[value=stop]')")
        self.click("[value=stop]")
        self.browser.wait("document.querySelector('.status.interrupted')", seconds=120)

    def reads_data(self):
        self.go("/data")
        assert self.count("tbody tr") == 2
        self.go("/data/wine?text=italy&in=country")
        assert "of 300" in self.browser.js("document.querySelector('.tools').textContent")
        self.go("/data/wine?show=profile")
        self.browser.wait("document.querySelector('iframe').getBoundingClientRect().height > 300")

    def cleans(self):
        self.go("/data/wine-as-written?show=checks")
        self.browser.wait("document.querySelectorAll('[name=repair]').length >= 2", seconds=120)
        self.browser.js("[...document.querySelectorAll('[name=repair]')].slice(1).forEach(box => { box.checked = false; })")
        self.click("button.main")
        self.browser.wait("document.querySelectorAll('[name=version] option').length === 2", seconds=120)

    def plays(self):
        self.go("/?experiment=poles")
        self.click("#rows a")
        self.browser.wait("document.querySelector('.film summary')")
        self.click(".film summary")
        self.browser.wait("document.querySelector('img.film') && document.querySelector('img.film').naturalWidth > 0", seconds=120)

    def deletes(self):
        self.go("/?experiment=broken")
        self.click("#rows input")
        self.click("[value=delete]")
        self.browser.wait("document.querySelectorAll('#rows tr[data-run]').length === 1")
        self.go("/deleted")
        self.click("[value=restore]")
        self.browser.wait("document.querySelector('.empty')")

    def accessible(self, axe, pages):
        with open(axe) as file:
            script = file.read()
        found = []
        for name, path in pages:
            for is_dark in (False, True):
                self.browser.dark(is_dark)
                self.go(path)
                time.sleep(1.5)
                self.browser.js(script)
                for fault in self.browser.js("axe.run().then(r => r.violations.map(v => [v.id, v.nodes.length, v.nodes[0].html.slice(0, 160)]))", awaits=True):
                    found.append(f"{name}{' dark' if is_dark else ''}: {fault}")
        self.browser.dark(False)
        # One of the pages is an error, as it is to be.
        self.browser.complaints.clear()
        assert not found, "\n      " + "\n      ".join(found)
        return f"{len(pages)} pages, light and dark"


def pages(studio):
    def run(condition):
        out = studio.rlrun("runs", "--csv", "--columns", "id", "--where", condition)
        return out.split("\n")[1]

    return [
        ("runs", "/?experiment=poles"), ("run", "/runs/" + run("agent = 'ppo' and seed = 1 and experiment = 'poles'")),
        ("charts", "/charts?experiment=poles"), ("compare", "/compare?experiment=poles"), ("start", "/start"),
        ("search", "/runs/" + run("kind = 'search'")), ("trouble", "/runs/" + run("experiment = 'broken' and seed = 1")),
        ("scatter", "/scatter?experiment=poles"), ("parallel", "/parallel?experiment=search"), ("experiments", "/experiments"),
        ("groups", "/?experiment=poles&group=configuration&open=" + run("agent = 'ppo' and seed = 1 and experiment = 'poles'")),
        ("jobs", "/jobs"), ("data", "/data"), ("rows", "/data/wine"), ("checks", "/data/wine-as-written?show=checks&version=1"),
        ("profile", "/data/wine?show=profile"), ("deleted", "/deleted"), ("sign-on", "/sign-on"), ("error", "/nothing"),
    ]


def take(browser, studio, folder):
    os.makedirs(folder, exist_ok=True)
    for name, path in pages(studio)[:6]:
        for is_dark in (False, True):
            for width, height in ((1440, 900), (390, 844)):
                browser.size(width, height)
                browser.dark(is_dark)
                browser.go(studio.address + path)
                time.sleep(3)
                browser.picture(os.path.join(folder, f"{name}-{'dark' if is_dark else 'light'}-{width}.png"))
    browser.dark(False)
    browser.size(1440, 900)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("programs", help="the folder with rlrun and rlrun-server")
    parser.add_argument("--axe", help="axe.min.js")
    parser.add_argument("--pictures", help="write the documentation's pictures to this folder, and test nothing")
    options = parser.parse_args()
    studio = Studio(options.programs)
    print("training what the pages show …", flush=True)
    studio.fill()
    studio.start()
    browser = Browser()
    browser.size(1440, 900)
    checks = Checks(studio, browser)
    try:
        if options.pictures:
            take(browser, studio, options.pictures)
            return 0
        for name in ("filters", "completes", "keys", "groups", "draws", "zooms", "follows", "renames", "scatters", "compares", "tags", "shows_trouble",
                     "searches", "plays", "reads_data", "cleans", "works", "resumes", "deletes_artifacts", "deletes"):
            checks.do(name.replace("_", " "), getattr(checks, name))
        if options.axe:
            checks.do("axe-core finds nothing", lambda: checks.accessible(options.axe, pages(studio)))
    finally:
        browser.close()
        studio.stop()
    return 1 if checks.failures else 0


if __name__ == "__main__":
    sys.exit(main())
