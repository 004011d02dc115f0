"""Records the models of Stable-Baselines3 that the tests import, with the actions that it takes for some observations.

Usage, in a virtual environment with stable-baselines3: python Python/Tests/Models/record.py
"""

import json
import pathlib

import numpy as np
from stable_baselines3 import A2C, DQN, PPO, SAC, TD3

folder = pathlib.Path(__file__).parent
small = dict(learning_starts=20, buffer_size=200, batch_size=8)
recorded = {}
for algorithm, env, options in (
    (PPO, "CartPole-v1", dict(n_steps=64)), (A2C, "Pendulum-v1", {}), (DQN, "CartPole-v1", small), (SAC, "Pendulum-v1", small),
    (TD3, "Pendulum-v1", small),
):
    model = algorithm("MlpPolicy", env, policy_kwargs=dict(net_arch=[8, 6]), seed=1, **options).learn(128)
    name = algorithm.__name__.lower()
    model.save(folder / name)
    observations = np.random.default_rng(0).normal(size=(20, model.observation_space.shape[0])).astype(np.float32)
    actions, _ = model.predict(observations, deterministic=True)
    recorded[name] = {"env": env, "observations": observations.tolist(), "actions": actions.tolist()}
(folder / "actions.json").write_text(json.dumps(recorded))
