"""Records what fixed policies get in Gymnasium's Box2D worlds, for Tests/EnvironmentsTests/Box2DTests.swift.

Run with any Python that has Gymnasium 1.4 with Box2D: python3 Tests/Goldens/gymnasium_box2d.py
For each world and policy: the number of episodes, and the mean and the sample's standard deviation over them of the return,
the length, and the steps with each leg on the ground. Then the first observations of some seeds, a step of idle engines
apart. Takes about ten minutes.
"""

import json
import pathlib

import gymnasium as gym
import numpy as np
from gymnasium.envs.box2d.bipedal_walker import BipedalWalkerHeuristics
from gymnasium.envs.box2d.lunar_lander import heuristic

EPISODES = 300
SEEDS = 5
STEPS = 10


def idle(env):
    space = env.action_space
    return lambda observation: np.zeros(space.shape, space.dtype) if space.shape else 0


def skilled(env):
    if "Lunar" in env.spec.id:
        return lambda observation: heuristic(env, observation)
    walker = BipedalWalkerHeuristics()
    walker.a = np.zeros(4)
    return walker.step_heuristic


def episode(env, policy, seed):
    contacts = (6, 7) if "Lunar" in env.spec.id else (8, 13)
    observation, _ = env.reset(seed=seed)
    total, length, left, right = 0.0, 0, 0, 0
    while True:
        observation, reward, terminated, truncated, _ = env.step(policy(observation))
        total += reward
        length += 1
        left += int(observation[contacts[0]])
        right += int(observation[contacts[1]])
        if terminated or truncated:
            return total, length, left, right


records = []
for id in ["LunarLander-v3", "LunarLanderContinuous-v3", "BipedalWalker-v3", "BipedalWalkerHardcore-v3"]:
    env = gym.make(id)
    record = {"world": id, "policies": {}, "firsts": []}
    for name, make in [("idle", idle), ("skilled", skilled)]:
        results = np.array([episode(env, make(env), seed) for seed in range(EPISODES)])
        record["policies"][name] = {
            "episodes": EPISODES,
            "means": results.mean(axis=0).tolist(),
            "deviations": results.std(axis=0, ddof=1).tolist(),
        }
    for seed in range(SEEDS):
        observations = [env.reset(seed=seed)[0]]
        observations += [env.step(idle(env)(None))[0] for _ in range(STEPS)]
        record["firsts"].append([[round(float(value), 7) for value in row] for row in observations])
    records.append(record)

path = pathlib.Path(__file__).parent / "recorded" / "box2d.json"
path.write_text(json.dumps(records) + "\n")
