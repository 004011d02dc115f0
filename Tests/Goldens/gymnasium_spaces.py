"""Records what Gymnasium's spaces sample and how they flatten, for Tests/EnvironmentsTests.

Run with any Python that has Gymnasium 1.4: python3 Tests/Goldens/gymnasium_spaces.py
`samples` are the first eight of each seed, of boxes as the digits that recording.py writes.
"""

import json
import pathlib

import gymnasium as gym
import numpy as np
from gymnasium.spaces import Box, Dict, Discrete, MultiBinary, MultiDiscrete, Tuple, flatten

from recording import digits

SEEDS = [0, 7, 1 << 40]
SPACES = {
    "discrete": Discrete(5), "started": Discrete(7, start=-3), "wide": Discrete(1 << 20), "bits": MultiBinary(11),
    "several": MultiDiscrete([3, 2, 100, 1]), "unit": Box(-1, 1, (3,)),
    "bounds": Box(np.array([-2.5, 0, 1e-3], np.float32), np.array([0.1, 1e6, 2e-3], np.float32)),
}


def samples(space, seed):
    space.seed(seed)
    drawn = [space.sample() for _ in range(8)]
    if isinstance(space, Box):
        return digits(np.concatenate(drawn))
    return [int(x) for x in np.concatenate([np.atleast_1d(d) for d in drawn])]


nested = Dict({"wheel": Box(-1, 1, (2,)), "Gear": Discrete(3), "lamp": MultiBinary(2),
               "arm": Tuple([Discrete(2), MultiDiscrete([2, 3])])})
member = {"wheel": np.array([0.5, -1], np.float32), "Gear": np.int64(2), "lamp": np.array([1, 0], np.int8),
          "arm": (np.int64(1), np.array([0, 2]))}
assert nested.contains(member)
recorded = {
    "gymnasium": gym.__version__,
    "samples": [{"space": name, "seed": str(seed), "drawn": samples(space, seed)}
                for name, space in SPACES.items() for seed in SEEDS],
    "keys": list(nested.keys()),
    "flat": [float(x) for x in flatten(nested, member)],
}
path = pathlib.Path(__file__).parent / "recorded" / "gymnasium_spaces.json"
path.write_text(json.dumps(recorded, separators=(",", ":")) + "\n")
print(f"{path}: {path.stat().st_size} bytes, Gymnasium {gym.__version__}")
