"""Writes a folder as Stable-Baselines3 leaves it, and what its own readers make of it.

    python3 Tests/Goldens/stable_baselines3_folder.py Tests/Goldens/recorded/trackers/folder

A PPO with three environments: a monitor file each, progress.csv and an event file of the same logger, and evaluations.npz of
an EvalCallback; packed.npz has the same arrays deflated, in Fortran's order and of smaller types.
../folder.json: monitor is ts2xy(load_results(folder), "timesteps") with the lengths, evaluations what EvalCallback has logged,
progress and events the steps and values of every metric; values as float.hex.
"""

import json
import pathlib
import shutil
import sys
import tempfile

import gymnasium as gym
import numpy
import pandas
from stable_baselines3 import PPO
from stable_baselines3.common.callbacks import EvalCallback
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.logger import configure
from stable_baselines3.common.monitor import Monitor, load_results
from stable_baselines3.common.results_plotter import ts2xy
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

folder = pathlib.Path(sys.argv[1])
shutil.rmtree(folder, ignore_errors=True)
folder.mkdir(parents=True)
scratch = pathlib.Path(tempfile.mkdtemp())

worlds = make_vec_env("CartPole-v1", n_envs=3, seed=1, monitor_dir=str(scratch))
evaluation = EvalCallback(Monitor(gym.make("CartPole-v1")), n_eval_episodes=4, eval_freq=100, log_path=str(scratch), verbose=0)
model = PPO("MlpPolicy", worlds, n_steps=64, batch_size=64, n_epochs=2, seed=1, device="cpu")
model.set_logger(configure(str(scratch), ["csv", "tensorboard"]))
model.learn(900, callback=evaluation)
worlds.close()
for file in scratch.iterdir():
    if file.suffix in (".csv", ".npz"):
        shutil.copy(file, folder / file.name)
    elif "tfevents" in file.name:
        shutil.copy(file, folder / "events.out.tfevents.1")

arrays = numpy.load(folder / "evaluations.npz")
numpy.savez_compressed(
    folder.parent / "packed.npz", timesteps=arrays["timesteps"].astype(">i4"),
    results=numpy.asfortranarray(arrays["results"].astype("<f4")), ep_lengths=arrays["ep_lengths"].astype("u2"),
    successes=arrays["results"] > numpy.median(arrays["results"]))

frame = load_results(str(folder))
steps, rewards = ts2xy(frame, "timesteps")
progress = pandas.read_csv(folder / "progress.csv")
events = EventAccumulator(str(folder), size_guidance={"scalars": 0})
events.Reload()
read = {
    "monitor": [[int(s), float(r).hex(), int(l)] for s, r, l in zip(steps, rewards, frame["l"])],
    "evaluations": {
        "timesteps": [int(s) for s in arrays["timesteps"]],
        "mean_reward": [float(numpy.mean(r)).hex() for r in arrays["results"]],
        "mean_ep_length": [float(numpy.mean(l)).hex() for l in arrays["ep_lengths"]],
        "success_rate": [float(numpy.mean(r > numpy.median(arrays["results"]))).hex() for r in arrays["results"]],
        "results": [[float(r).hex() for r in row] for row in arrays["results"]],
    },
    "progress": {
        name: [[int(s), float(v).hex()] for s, v in zip(progress["time/total_timesteps"], progress[name]) if pandas.notna(v)]
        for name in progress.columns},
    "events": {
        tag: [[e.step, float(e.value).hex(), round(e.wall_time * 1e6)] for e in events.Scalars(tag)]
        for tag in events.Tags()["scalars"]},
}
(folder.parent / "folder.json").write_text(json.dumps(read, indent=1))
