"""Writes what Stable-Baselines3 and TensorBoard write of a short training, and what pandas and TensorBoard read in it.

    python3 Tests/Goldens/other_trackers.py Tests/Goldens/recorded/trackers

progress.csv, monitor.csv and sb3.tfevents are Stable-Baselines3's of a PPO; new.tfevents is of TensorFlow's second format,
scalars as tensors, float64 among them. read.json: {file: {metric: [[step, value], …]}}, values as float.hex.
"""

import json
import pathlib
import shutil
import sys
import tempfile

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
from tensorboard.summary.writer.event_file_writer import EventFileWriter

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

read = {}
events = EventAccumulator(str(folder / "sb3.tfevents"), size_guidance={"scalars": 0})
events.Reload()
read["sb3.tfevents"] = {tag: [[e.step, float(e.value).hex()] for e in events.Scalars(tag)]
                      for tag in events.Tags()["scalars"]}
frame = pandas.read_csv(folder / "progress.csv")
read["progress.csv"] = {
    name: [[int(s), float(v).hex()] for s, v in zip(frame["time/total_timesteps"], frame[name]) if pandas.notna(v)]
    for name in frame.columns}
frame = pandas.read_csv(folder / "monitor.csv", skiprows=1)
steps = frame["l"].cumsum()
read["monitor.csv"] = {"monitor/reward": [[int(s), float(v).hex()] for s, v in zip(steps, frame["r"])],
                       "monitor/length": [[int(s), float(v).hex()] for s, v in zip(steps, frame["l"])]}
(folder / "read.json").write_text(json.dumps(read, indent=1))
