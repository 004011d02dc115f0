"""Records what fixed policies get and see in Gymnasium's Box2D worlds, for Tests/EnvironmentsTests/Box2DTests.swift.

Run with any Python that has Gymnasium 1.4 with Box2D: python3 Tests/Goldens/gymnasium_box2d.py
For each world and policy: the number of episodes, and the mean and the sample's standard deviation over them of the return,
the length, and the steps with each leg on the ground. Then what the skilled policy did and saw from some seeds on: a lander
until it rests or crashes, a walker for a while. Takes a minute.
"""

import json
import pathlib

import gymnasium as gym
import numpy as np
from gymnasium.envs.box2d.bipedal_walker import BipedalWalkerHeuristics
from gymnasium.envs.box2d.lunar_lander import heuristic

EPISODES = 100
SEEDS = 5
WALKED_STEPS = 30


def idle(env):
    space = env.action_space
    return lambda observation: np.zeros(space.shape, space.dtype) if space.shape else 0


def skilled(env):
    if "Lunar" in env.spec.id:
        return lambda observation: heuristic(env, observation)
    walker = BipedalWalkerHeuristics()
    walker.a = np.zeros(4)
    return walker.step_heuristic


def episode(id, make, seed):
    # In a new world: a walker's keeps what was there before, which changes the order in which contacts are solved.
    env = gym.make(id)
    policy = make(env)
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


def course(id, seed):
    env = gym.make(id)
    policy = skilled(env)
    observation, _ = env.reset(seed=seed)
    actions, observations, has_ended = [], [observation], False
    while not has_ended and ("Lunar" in id or len(actions) < WALKED_STEPS):
        action = np.atleast_1d(policy(observation)).astype(np.float32)
        observation, _, terminated, truncated, _ = env.step(action if env.action_space.shape else int(action[0]))
        has_ended = terminated or truncated
        actions.append(action)
        observations.append(observation)
    return {
        "actions": [list(map(float, action)) for action in actions],
        "observations": [[round(float(value), 6) for value in observation] for observation in observations],
    }


records = []
for id in ["LunarLander-v3", "LunarLanderContinuous-v3", "BipedalWalker-v3", "BipedalWalkerHardcore-v3"]:
    record = {"world": id, "policies": {}}
    for name, make in [("idle", idle), ("skilled", skilled)]:
        results = np.array([episode(id, make, seed) for seed in range(EPISODES)])
        record["policies"][name] = {
            "episodes": EPISODES,
            "means": results.mean(axis=0).tolist(),
            "deviations": results.std(axis=0, ddof=1).tolist(),
        }
    record["courses"] = [course(id, seed) for seed in range(SEEDS)]
    records.append(record)

path = pathlib.Path(__file__).parent / "recorded" / "box2d.json"
path.write_text(json.dumps(records) + "\n")
