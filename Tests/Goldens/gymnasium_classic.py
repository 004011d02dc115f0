"""Records episodes of Gymnasium's classic control, for Tests/EnvironmentsTests.

Run with any Python that has Gymnasium 1.4: python3 Tests/Goldens/gymnasium_classic.py
recording.py says what is recorded and how.
"""

import gymnasium as gym
import numpy as np

import recording
from recording import digits

# id, constructor's options, the same as text
WORLDS = [
    ("MountainCar-v0", {}, ""),
    ("MountainCar-v0", {"goal_velocity": 0.02}, ":goal_velocity=0.02"),
    ("MountainCarContinuous-v0", {}, ""),
    ("MountainCarContinuous-v0", {"goal_velocity": 0.03}, ":goal_velocity=0.03"),
    ("Acrobot-v1", {}, ""),
    ("Pendulum-v1", {}, ""),
    ("Pendulum-v1", {"g": 9.81}, ":g=9.81"),
]
SEEDS = [3, 2**32 + 7]
STEPS = 320


def choose(world, id, observation, random):
    """Every second choice is random; the others push along with the motion, which reaches the goals."""
    space = world.action_space
    along = observation[-1] >= 0
    if isinstance(space, gym.spaces.Discrete):
        return int(space.n - 1 if along else 0) if random.random() < 0.9 else int(random.integers(space.n))
    high = float(space.high[0])
    force = (high if along else -high) if random.random() < 0.7 else random.uniform(-1.5 * high, 1.5 * high)
    return np.array([force], dtype=np.float32)


def specification(id):
    world = gym.make(id)
    actions = world.action_space
    isDiscrete = isinstance(actions, gym.spaces.Discrete)
    return {
        "id": id,
        "low": digits(world.observation_space.low),
        "high": digits(world.observation_space.high),
        "actions": int(actions.n) if isDiscrete else None,
        "highestAction": None if isDiscrete else float(actions.high[0]),
        "timeLimit": world.spec.max_episode_steps,
        "rewardThreshold": world.spec.reward_threshold,
    }


recording.write("gymnasium_classic.json", {
    "specifications": [specification(id) for id, options, _ in WORLDS if not options],
    "episodes": [recording.episode(*world, seed, STEPS, choose) for world in WORLDS for seed in SEEDS],
})
