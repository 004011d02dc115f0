"""Writes runs that Weights & Biases recorded offline, and what its own messages say when they are read back.

    python3 Tests/Goldens/wandb_runs.py Tests/Goldens/recorded/wandb

Each run is a process of its own: one that ends well, with nested keys, NaN and infinities, an image, a histogram and a step that
is skipped; one that ends with status 3. read.json: {file: {metric: [[step, value], …]}}, values as float.hex, of what are numbers
and no part of an image or a histogram.
"""

import json
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile

CHILD = """
import math, sys, time, wandb, numpy
name = sys.argv[1]
run = wandb.init(project="digits", name=name, id=name + "-1", group="g1", job_type="train", tags=["a", "b"],
                 notes="Some notes,\\ntwo lines", dir=sys.argv[2],
                 config={"lr": 0.001, "layers": [64, 64], "opt": {"name": "adam", "eps": 1e-8, "deep": {"n": 3}},
                         "none": None, "flag": True, "text": "x", "big": 10**20, "api_key": "hunter2"},
                 settings=wandb.Settings(x_disable_stats=name != "first", x_stats_sampling_interval=0.5, console="off", x_executable="/usr/bin/python3", program="train.py",
                                         host="box"))
values = [1.0, math.nan, math.inf, -math.inf, 0.1]
for i, value in enumerate(values):
    run.log({"loss": value, "train/acc": i / 10, "nested": {"a": i, "b": {"c": i * 2}}, "done": i == 4, "word": "w"})
    if name == "first": time.sleep(0.25)
run.log({"late": 3, "image": wandb.Image(numpy.zeros((2, 2, 3), "uint8"))}, step=20)
run.log({"histogram": wandb.Histogram([1, 2, 3])}, step=21)
run.config.update({"later": 5})
run.summary["best"] = 0.9
run.finish(exit_code=3 if name == "failed" else 0)
"""

folder = pathlib.Path(sys.argv[1])
shutil.rmtree(folder, ignore_errors=True)
folder.mkdir(parents=True)
scratch = pathlib.Path(tempfile.mkdtemp())
environment = dict(os.environ, WANDB_MODE="offline", WANDB_SILENT="true", WANDB_DISABLE_GIT="true",
                   WANDB_DISABLE_CODE="true")


def records(data):
    """LevelDB's log format: blocks of 32 KiB, of records that may go over several."""
    place, whole = 7, b""
    while place + 7 <= len(data):
        left = 32768 - place % 32768
        if left < 7:
            place += left
            continue
        _, length, kind = struct.unpack("<IHB", data[place:place + 7])
        part = data[place + 7:place + 7 + length]
        place += 7 + length
        whole = part if kind in (1, 2) else whole + part
        if kind in (1, 4):
            yield whole


def number(text):
    value = json.loads(text)
    return None if isinstance(value, (str, list, dict, type(None))) else float(value)


def read(path):
    from wandb.proto import wandb_internal_pb2 as messages
    found = {}
    for data in records(path.read_bytes()):
        record = messages.Record.FromString(data)
        media = {item.nested_key[0] for item in record.history.item if item.nested_key and item.nested_key[-1] == "_type"}
        for item in record.history.item:
            if item.nested_key and item.nested_key[0] in media:
                continue
            name = "/".join(item.nested_key) if item.nested_key else item.key
            value = number(item.value_json)
            if value is not None and not name.startswith("_"):
                found.setdefault(name, []).append([record.history.step.num, value.hex()])
    return found


reading = {}
for name in ["first", "failed"]:
    subprocess.run([sys.executable, "-c", CHILD, name, str(scratch)], env=environment, cwd=scratch)
for path in sorted(scratch.glob("wandb/offline-run-*/*.wandb")):
    target = folder / "wandb" / path.parent.name
    target.mkdir(parents=True)
    shutil.copy(path, target)
    reading[path.name] = read(path)
(folder / "read.json").write_text(json.dumps(reading, indent=1, sort_keys=True) + "\n")
