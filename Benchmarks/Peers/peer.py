"""What every peer script shares: one thread, the options they have in common, and one JSON line a run.

Import this before numpy, torch or jax: they read the thread counts when they load.
"""

import argparse
import json
import os
import pathlib
import time
from contextlib import contextmanager

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

PRESETS = pathlib.Path(__file__).parents[2] / "Sources/Training/Presets"


def preset(name_of_preset, agent, environment):
    """This project's preset `zoo` or `default`, so that both sides train with the same values: {name: value}.

    The file is levels of `name:` over lines of `name: value`, indented by two blanks a level. `default` has no level of
    environments.
    """
    path, values = [], {}
    for line in (PRESETS / f"{agent}.yaml").read_text().splitlines():
        text = line.split("#")[0].rstrip()
        if not text:
            continue
        level = (len(text) - len(text.lstrip())) // 2
        name, _, value = text.strip().partition(":")
        path[level:] = [name]
        if path[:-1] == ([name_of_preset, environment] if name_of_preset == "zoo" else [name_of_preset]):
            values[name] = number(value.strip())
    if not values:
        raise SystemExit(f"the preset {name_of_preset} of {agent} has no values for {environment}")
    return values


def number(text):
    """A YAML scalar or list of whole numbers."""
    words = {"true": True, "false": False, "null": None}
    if text in words:
        return words[text]
    if text.startswith("["):
        return [int(item) for item in text[1:-1].split(",") if item.strip()]
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    return text


def options(description):
    """A parser with the options all peers have."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--seeds", type=seeds, default=[1], help="one seed, or a range such as 1-10 (default 1)")
    parser.add_argument("--steps", type=int, help="environment steps over all copies (default: the preset's)")
    return parser


def environment_options(description):
    """The options of the scripts that step an environment."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--environment", required=True, help="an id, CartPole-v1")
    parser.add_argument("--copies", type=int, default=8, help="environments stepped together (default 8)")
    parser.add_argument("--seconds", type=float, default=1.0, help="how long to measure (default 1)")
    return parser.parse_args()


def throughput(name, version, copies, seconds, go):
    """Reports how fast `go(batches)` steps `copies` environments, after a trial that says how many fill the time."""
    go(20)
    trial, figures = 20, {}
    while True:
        with timed(figures):
            go(trial)
        if figures["seconds"] > 0.1:
            break
        trial *= 2
    batches = max(1, round(trial * seconds / figures["seconds"]))
    figures = {"peer": name, "version": version, "steps": batches * copies}
    with timed(figures):
        go(batches)
    report(figures)


def seeds(text):
    first, _, last = text.partition("-")
    return list(range(int(first), int(last or first) + 1))


@contextmanager
def timed(figures):
    """Adds `seconds`, the wall time of the block, and `cpu_seconds`, which is less where the core was shared."""
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    figures["seconds"] = time.perf_counter() - wall
    figures["cpu_seconds"] = time.process_time() - cpu


def report(figures):
    print(json.dumps(figures), flush=True)
