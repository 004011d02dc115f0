"""Scalars recorded one at a time and read back with TensorBoard's own writer and reader.

  peers/bin/python Benchmarks/Peers/trackers_tensorboard.py --case write --points 200000

Prints one line of figures: points as `steps`, seconds, and bytes a point as `quality`.
"""
import argparse, json, os, shutil, tempfile, time

import numpy as np
import tensorboard
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.event_file_writer import EventFileWriter


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--case", choices=["write", "read"], required=True)
    parser.add_argument("--points", type=int, default=200_000)
    options = parser.parse_args()
    values = np.random.default_rng(1).random(options.points, dtype=np.float32)
    folder = tempfile.mkdtemp()
    try:
        wall, cpu = time.perf_counter(), time.process_time()
        writer = EventFileWriter(folder)
        for step in range(options.points):
            # What SummaryWriter.add_scalar does, without its lookups.
            summary = Summary(value=[Summary.Value(tag="loss", simple_value=float(values[step]))])
            writer.add_event(Event(wall_time=time.time(), step=step, summary=summary))
        writer.close()
        if options.case == "read":
            wall, cpu = time.perf_counter(), time.process_time()
            events = EventAccumulator(folder, size_guidance={"scalars": 0})
            events.Reload()
            points = [(e.step, e.wall_time, e.value) for e in events.Scalars("loss")]
            assert len(points) == options.points
        seconds, cpu_seconds = time.perf_counter() - wall, time.process_time() - cpu
        size = sum(os.path.getsize(os.path.join(folder, name)) for name in os.listdir(folder))
        print(json.dumps({"version": tensorboard.__version__, "steps": options.points, "seconds": seconds,
                          "cpu_seconds": cpu_seconds, "quality": size / options.points}))
    finally:
        shutil.rmtree(folder)


main()
