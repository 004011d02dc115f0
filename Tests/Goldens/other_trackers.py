"""Writes what Stable-Baselines3 and TensorBoard write of a short training, and what pandas and TensorBoard read in it.

    python3 Tests/Goldens/other_trackers.py Tests/Goldens/recorded/trackers

progress.csv, monitor.csv and sb3.tfevents are Stable-Baselines3's of a PPO; new.tfevents is of TensorFlow's second format,
scalars as tensors, float64 among them; histograms.tfevents has PyTorch's histograms and one of TensorFlow's second format.
read.json: {file: {metric: [[step, value], …]}}, values as float.hex; of a histogram the values are minimum, maximum, mean,
deviation and norm of what it was made of, then TensorBoard's buckets in which anything lies, a right end and a count each.
"""

import json
import pathlib
import shutil
import sys
import tempfile

import numpy
import pandas
from stable_baselines3 import PPO
from stable_baselines3.common.logger import configure
from stable_baselines3.common.monitor import Monitor
import gymnasium as gym
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto
from tensorboard.plugins.histogram.summary_v2 import histogram_pb
from tensorboard.summary.writer.event_file_writer import EventFileWriter
from tensorboard.util.tensor_util import make_ndarray
from torch.utils.tensorboard import SummaryWriter

folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
scratch = pathlib.Path(tempfile.mkdtemp())

world = Monitor(gym.make("CartPole-v1"), str(scratch / "run"))
model = PPO("MlpPolicy", world, n_steps=256, seed=1, device="cpu")
model.set_logger(configure(str(scratch), ["csv", "tensorboard"]))
model.learn(1024)
world.close()
shutil.copy(scratch / "progress.csv", folder / "progress.csv")
shutil.copy(scratch / "run.monitor.csv", folder / "monitor.csv")
shutil.copy(next(scratch.glob("events*")), folder / "sb3.tfevents")

second = pathlib.Path(tempfile.mkdtemp())
writer = EventFileWriter(str(second))
for step in range(5):
    for tag, kind in (("float", 1), ("double", 2)):
        tensor = TensorProto(dtype=kind, tensor_shape=TensorShapeProto())
        (tensor.float_val if kind == 1 else tensor.double_val).append(1 / (step + 3))
        metadata = SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name="scalars"))
        value = Summary.Value(tag=tag, tensor=tensor, metadata=metadata)
        writer.add_event(Event(wall_time=1000.5 + step, step=10 * step, summary=Summary(value=[value])))
writer.close()
shutil.copy(next(second.glob("events*")), folder / "new.tfevents")

third = pathlib.Path(tempfile.mkdtemp())
drawn = {step: numpy.random.default_rng(step).normal(9 * step, 2, 500) for step in range(3)}
writer = SummaryWriter(str(third))
for step, values in drawn.items():
    writer.add_histogram("pytorch", values, step, walltime=1000.5 + step)
tensor = histogram_pb("tensorflow", drawn[2], buckets=10)
writer.file_writer.event_writer.add_event(Event(wall_time=1005.5, step=2, summary=tensor))
writer.close()
shutil.copy(next(third.glob("events*")), folder / "histograms.tfevents")

read = {}
events = EventAccumulator(str(folder / "sb3.tfevents"), size_guidance={"scalars": 0})
events.Reload()
read["sb3.tfevents"] = {tag: [[e.step, float(e.value).hex()] for e in events.Scalars(tag)]
                      for tag in events.Tags()["scalars"]}
events = EventAccumulator(str(folder / "histograms.tfevents"), size_guidance={"histograms": 0, "tensors": 0})
events.Reload()
read["histograms.tfevents"] = {"pytorch": [], "tensorflow": []}
for event in events.Histograms("pytorch"):
    buckets = zip(event.histogram_value.bucket_limit, event.histogram_value.bucket)
    read["histograms.tfevents"]["pytorch"].append((event.step, buckets))
for event in events.Tensors("tensorflow"):
    rows = make_ndarray(event.tensor_proto)
    read["histograms.tfevents"]["tensorflow"].append((event.step, rows[:, 1:]))
for rows in read["histograms.tfevents"].values():
    for number, (step, buckets) in enumerate(rows):
        v = drawn[step]
        figures = [v.min(), v.max(), v.mean(), v.std(), numpy.linalg.norm(v)] + [x for pair in buckets if pair[1] for x in pair]
        rows[number] = [step] + [float(x).hex() for x in figures]
frame = pandas.read_csv(folder / "progress.csv")
read["progress.csv"] = {
    name: [[int(s), float(v).hex()] for s, v in zip(frame["time/total_timesteps"], frame[name]) if pandas.notna(v)]
    for name in frame.columns}
frame = pandas.read_csv(folder / "monitor.csv", skiprows=1)
steps = frame["l"].cumsum()
read["monitor.csv"] = {"rollout/ep_rew": [[int(s), float(v).hex()] for s, v in zip(steps, frame["r"])],
                       "rollout/ep_len": [[int(s), float(v).hex()] for s, v in zip(steps, frame["l"])]}
(folder / "read.json").write_text(json.dumps(read, indent=1))
