"""Records Gymnasium's SyncVectorEnv in its three auto-reset modes, for Tests/EnvironmentsTests.

Run with any Python that has Gymnasium 1.4: python3 Tests/Goldens/gymnasium_autoreset.py
Observations and endings are written as recording.py says, one string a step for all copies. A step of the mode "disabled"
that ends an episode is followed by a reset of the copies that ended; `after` are the observations then.
"""

import json
import pathlib

import gymnasium as gym
import numpy as np
from gymnasium.vector import AutoresetMode, SyncVectorEnv

from recording import digits

WORLDS = [("CartPole-v1", 60), ("FrozenLake-v1", 40), ("MountainCar-v0", 203), ("Taxi-v4", 205), ("Pendulum-v1", 202)]
COPIES = 3
SEED = 11


def run(id, steps, mode):
    vector = SyncVectorEnv([lambda: gym.make(id)] * COPIES, autoreset_mode=mode)
    random = np.random.default_rng(SEED)
    space = vector.single_action_space
    observations, _ = vector.reset(seed=SEED)
    record = {"world": id, "mode": mode.value, "first": digits(observations), "steps": []}
    for _ in range(steps):
        if isinstance(space, gym.spaces.Discrete):
            actions = random.integers(space.n, size=COPIES)
        else:
            actions = random.uniform(space.low, space.high, size=(COPIES, 1)).astype(np.float32)
        observations, rewards, terminated, truncated, more = vector.step(actions)
        ended = terminated | truncated
        step = {
            "actions": [float(x) for x in actions.reshape(-1)], "observations": digits(observations),
            "rewards": rewards.tolist(),
            "endings": "".join("t" if t else "l" if l else "-" for t, l in zip(terminated, truncated))}
        if mode is AutoresetMode.SAME_STEP and ended.any():
            step["finals"] = [digits(more["final_obs"][i]) if ended[i] else "" for i in range(COPIES)]
        if mode is AutoresetMode.DISABLED and ended.any():
            step["after"] = digits(vector.reset(options={"reset_mask": ended})[0])
        record["steps"].append(step)
    return record


path = pathlib.Path(__file__).parent / "recorded" / "gymnasium_autoreset.json"
runs = [run(id, steps, mode) for id, steps in WORLDS for mode in AutoresetMode]
path.write_text(json.dumps({"gymnasium": gym.__version__, "copies": COPIES, "seed": SEED, "runs": runs},
                           separators=(",", ":")) + "\n")
print(f"{path}: {path.stat().st_size} bytes, Gymnasium {gym.__version__}")
