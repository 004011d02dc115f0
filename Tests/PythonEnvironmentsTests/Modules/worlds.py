"""Environments that show what they were given."""

import os
import time

import gymnasium
import numpy as np
from gymnasium import spaces


class Echo(gymnasium.Env):
    """Its observation is the last action; the first is what `sample` gives."""

    def __init__(self, space, seed=0):
        self.observation_space = self.action_space = space
        self.kinds = None

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        if seed is not None:
            self.observation_space.seed(seed)
        return self.observation_space.sample(), {}

    def step(self, action):
        return action, float(self.action_space.contains(action)), False, False, {}


SPACES = {
    "box": lambda: spaces.Box(-2, 2, (2, 3), np.float64),
    "scalar": lambda: spaces.Box(-2, 2, (), np.float32),
    "whole": lambda: spaces.Box(-5, 5, (2,), np.int64),
    "discrete": lambda: spaces.Discrete(5, start=-2),
    "multi": lambda: spaces.MultiDiscrete([3, 2, 4]),
    "started": lambda: spaces.MultiDiscrete([3, 2], start=[5, -1]),
    "grid": lambda: spaces.MultiDiscrete([[3, 2], [4, 5]]),
    "binary": lambda: spaces.MultiBinary(3),
    "plane": lambda: spaces.MultiBinary((2, 2)),
    "tuple": lambda: spaces.Tuple((spaces.Discrete(3), spaces.Box(0, 1, (2,), np.float32))),
    "dict": lambda: spaces.Dict({"speed": spaces.Box(-1, 1, (2,), np.float32), "gear": spaces.Discrete(4, start=1), "a": spaces.Dict({"b": spaces.MultiBinary(2)})}),
    "sequence": lambda: spaces.Sequence(spaces.Discrete(2)),
}


def echo(kind="box"):
    return Echo(SPACES[kind]())


class Picture(gymnasium.Env):
    """Shows bytes."""

    observation_space = spaces.Box(0, 255, (4, 5, 3), np.uint8)
    action_space = spaces.Discrete(256)

    def reset(self, *, seed=None, options=None):
        return np.arange(60, dtype=np.uint8).reshape(4, 5, 3), {}

    def step(self, action):
        return np.full((4, 5, 3), action, np.uint8), 0, False, False, {}


def picture():
    return Picture()


class Masked(gymnasium.Env):
    """Only one action makes sense, another one each step; others end the episode."""

    observation_space = spaces.Box(0, 100, (1,), np.float32)

    def __init__(self, count=3, several=False):
        self.action_space = spaces.MultiDiscrete([count, 2]) if several else spaces.Discrete(count)
        self.count, self.several = count, several

    def result(self):
        mask = np.zeros(self.count, np.int8)
        mask[self.time % self.count] = 1
        return np.array([self.time], np.float32), {"action_mask": (mask, np.ones(2, np.int8)) if self.several else mask}

    def reset(self, *, seed=None, options=None):
        self.time = 0
        return self.result()

    def step(self, action):
        right = (action[0] if self.several else action) == self.time % self.count
        self.time += 1
        observation, info = self.result()
        return observation, float(right), not right, self.time == 12, info


def masked(**options):
    return Masked(**options)


class Unpicklable(gymnasium.Env):
    """Holds what no pickle can: a generator of Python."""

    observation_space = spaces.Box(-10, 1000, (1,), np.float32)
    action_space = spaces.Discrete(2)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.values = iter(self.count(self.np_random.integers(100)))
        return np.array([next(self.values)], np.float32), {}

    @staticmethod
    def count(first):
        while True:
            yield first
            first += 1

    def step(self, action):
        return np.array([next(self.values)], np.float32), 1.0, False, False, {}


def unpicklable():
    return Unpicklable()


class Forgetful(Unpicklable):
    """Pickles, and begins anew where it is unpickled."""

    def __getstate__(self):
        return {}


def forgetful():
    return Forgetful()


class Reach(gymnasium.Env):
    """Has goals, as Gymnasium-Robotics has them."""

    observation_space = spaces.Dict(
        {
            "observation": spaces.Box(-9, 9, (3,), np.float64),
            "achieved_goal": spaces.Box(-9, 9, (2,), np.float64),
            "desired_goal": spaces.Box(-9, 9, (2,), np.float64),
        }
    )
    action_space = spaces.Discrete(2)

    def result(self):
        return {"observation": np.array([1.0, 2, 3]), "achieved_goal": np.array([4.0, 5]), "desired_goal": np.array([6.0, 7])}

    def reset(self, *, seed=None, options=None):
        return self.result(), {}

    def step(self, action):
        return self.result(), -1, False, False, {}


def reach():
    return Reach()


class Unsteady(gymnasium.Env):
    """Takes another time for each step, whatever the seed."""

    observation_space = spaces.Box(-9, 9, (3,), np.float32)
    action_space = spaces.Discrete(2)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.time = 0
        return self.np_random.normal(size=3).astype(np.float32), {}

    def step(self, action):
        time.sleep(os.urandom(1)[0] / 256 / 2000)
        self.time += 1
        observation = self.np_random.normal(size=3).astype(np.float32) + action
        return observation, float(observation.sum()), self.time % 9 == 0, False, {}


def unsteady():
    return Unsteady()
