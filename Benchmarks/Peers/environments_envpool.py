"""Steps copies of one of EnvPool's environments, together and on one thread, by random actions drawn beforehand; one JSON
line.
"""

import peer

from importlib.metadata import version

import envpool
import numpy as np

ROWS = 512


if __name__ == "__main__":
    asked = peer.environment_options(__doc__)
    pool = envpool.make(asked.environment, env_type="gymnasium", num_envs=asked.copies, num_threads=1, seed=1)
    random, space = np.random.default_rng(0), pool.action_space
    if hasattr(space, "n"):
        rows = random.integers(space.n, size=(ROWS, asked.copies)).astype(np.int32)
    else:
        rows = random.uniform(space.low, space.high, size=(ROWS, asked.copies) + space.shape).astype(np.float32)
    pool.reset()

    def go(count):
        for index in range(count):
            pool.step(rows[index % ROWS])

    peer.throughput("EnvPool", version("envpool"), asked.copies, asked.seconds, go)
