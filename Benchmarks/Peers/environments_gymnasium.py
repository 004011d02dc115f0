"""Steps copies of one of Gymnasium's environments by random actions drawn beforehand; one JSON line.

One copy is stepped alone. Several are stepped by the environment's own vector form where it has one, else by
SyncVectorEnv.
"""

import peer

import gymnasium as gym
import numpy as np

ROWS = 512


def actions(space, copies):
    random = np.random.default_rng(0)
    if isinstance(space, gym.spaces.Discrete):
        return random.integers(space.n, size=(ROWS, copies))
    return random.uniform(space.low, space.high, size=(ROWS, copies) + space.shape).astype(np.float32)


def stepping_alone(id):
    world = gym.make(id)
    rows = actions(world.action_space, 1)[:, 0]
    rows = rows.tolist() if rows.ndim == 1 else list(rows)
    world.reset(seed=1)

    def go(count):
        step, reset = world.step, world.reset
        for index in range(count):
            _, _, terminated, truncated, _ = step(rows[index % ROWS])
            if terminated or truncated:
                reset()

    return go


def stepping_together(id, copies):
    has_own_form = gym.spec(id).vector_entry_point is not None
    vector = gym.make_vec(id, num_envs=copies, vectorization_mode="vector_entry_point" if has_own_form else "sync")
    rows = actions(vector.single_action_space, copies)
    vector.reset(seed=1)

    def go(count):
        for index in range(count):
            vector.step(rows[index % ROWS])

    return go


if __name__ == "__main__":
    asked = peer.environment_options(__doc__)
    go = stepping_alone(asked.environment) if asked.copies == 1 else stepping_together(asked.environment, asked.copies)
    peer.throughput("Gymnasium", gym.__version__, asked.copies, asked.seconds, go)
