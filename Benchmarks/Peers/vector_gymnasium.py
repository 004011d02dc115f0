"""Steps environments of 30 µs a step by Gymnasium's SyncVectorEnv or AsyncVectorEnv; one JSON line.

`Busy-v0` is also what rlrun steps in `bench python-envs`: as py:vector_gymnasium:Busy-v0.
"""

import time

import gymnasium as gym
import numpy as np


class Busy(gym.Env):
    """Counts for some microseconds, and shows four numbers."""

    observation_space = gym.spaces.Box(-1, 1, (4,), np.float32)
    action_space = gym.spaces.Discrete(2)

    def __init__(self, microseconds=30):
        self.nanoseconds = microseconds * 1000

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.count = 0
        return np.zeros(4, np.float32), {}

    def step(self, action):
        end = time.perf_counter_ns() + self.nanoseconds
        self.count += 1
        observation = np.full(4, self.count % 100 / 100, np.float32)
        while time.perf_counter_ns() < end:
            pass
        return observation, 1.0, self.count % 1000 == 0, False, {}


gym.register("Busy-v0", entry_point=Busy)

if __name__ == "__main__":
    import argparse

    import peer

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--form", choices=["sync", "async"], default="sync")
    parser.add_argument("--copies", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=3)
    asked = parser.parse_args()
    make = lambda: gym.make("Busy-v0", disable_env_checker=True)
    form = gym.vector.SyncVectorEnv if asked.form == "sync" else gym.vector.AsyncVectorEnv
    vector = form([make] * asked.copies)
    vector.reset(seed=1)
    actions = np.zeros(asked.copies, np.int64)

    def go(count):
        for _ in range(count):
            vector.step(actions)

    peer.throughput(type(vector).__name__, gym.__version__, asked.copies, asked.seconds, go)
    vector.close()
