"""Environments that do what none should, from a certain step on."""

import ctypes
import os
import sys
import time

import gymnasium
import numpy as np
from gymnasium import spaces

print("output on import")


class Faulty(gymnasium.Env):
    """Counts; at step `at` of an environment's life it does `fault`, as long as the file `flag` is there, if one is named."""

    def __init__(self, fault="none", at=20, flag=None):
        self.observation_space = spaces.Box(-1, 1, (2,), np.float32)
        self.action_space = spaces.Discrete(2)
        self.fault, self.at, self.steps, self.flag = fault, at, 0, flag
        if fault == "constructor":
            raise RuntimeError("no such robot")

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        if self.fault == "reset" and self.steps >= self.at:
            raise RuntimeError("stuck")
        return np.zeros(2, np.float32), {}

    def step(self, action):
        self.steps += 1
        observation, reward = np.full(2, self.steps % 7 / 7, np.float32), 1.0
        if self.steps == self.at and (self.flag is None or os.path.exists(self.flag)):
            if self.fault == "exception":
                raise ValueError("the wheel is off")
            if self.fault == "exit":
                sys.exit(3)
            if self.fault == "os_exit":
                os._exit(5)
            if self.fault == "hang":
                time.sleep(3600)
            if self.fault == "segfault":
                ctypes.string_at(0)
            if self.fault == "shape":
                observation = np.zeros(3, np.float32)
            if self.fault == "dtype":
                observation = np.array(["a", "b"])
            if self.fault == "nan":
                observation = np.array([0, np.nan], np.float32)
            if self.fault == "nan_reward":
                reward = float("nan")
            if self.fault == "text_reward":
                reward = "much"
            if self.fault == "four":
                return observation, reward, False, {}
            if self.fault == "none_observation":
                observation = None
        if self.fault == "print":
            print(f"step {self.steps}")
            os.write(1, b"raw output\n")
        return observation, reward, self.steps % 10 == 0, False, {}


def make_env(**options):
    return Faulty(**options)


def make_nothing():
    return 42


gymnasium.register("Faulty-v0", entry_point=Faulty, max_episode_steps=50)
