"""How gymnasium_classic.py and gymnasium_toytext.py record: episodes of one world, played on through its endings.

Observations are recorded as the hexadecimal digits of their float32 bit patterns, eight a component, one string a step;
endings as t (terminated), l (limit) and -. After an ending comes the first observation of the next, unseeded reset.
"""

import json
import pathlib

import gymnasium as gym
import numpy as np


def digits(observation):
    bits = np.asarray(observation, dtype=np.float32).reshape(-1).view(np.uint32)
    return "".join(f"{x:08x}" for x in bits)


def episode(id, options, text, seed, steps, choose):
    """`choose(world, id, observation, random)` gives the next action."""
    world = gym.make(id, **options)
    random = np.random.default_rng(seed)
    observation, _ = world.reset(seed=seed)
    rows, actions, rewards, endings = [digits(observation)], [], [], ""
    for _ in range(steps):
        action = choose(world, id, observation, random)
        observation, reward, terminated, truncated, _ = world.step(action)
        actions.append(action if isinstance(action, int) else float(action[0]))
        rewards.append(float(reward))
        endings += "t" if terminated else "l" if truncated else "-"
        rows.append(digits(observation))
        if terminated or truncated:
            observation, _ = world.reset()
            rows.append(digits(observation))
    return {"world": id + text, "seed": str(seed), "actions": actions, "rewards": rewards, "endings": endings,
            "observations": rows}


def write(name, recorded):
    """Into the folder `recorded` beside this file, after Gymnasium's version."""
    path = pathlib.Path(__file__).parent / "recorded" / name
    path.write_text(json.dumps({"gymnasium": gym.__version__, **recorded}, separators=(",", ":")) + "\n")
    ends = "".join(e["endings"] for e in recorded["episodes"])
    print(f"{path}: {path.stat().st_size} bytes, Gymnasium {gym.__version__}, {ends.count('t')} terminations, "
          f"{ends.count('l')} at the limit")
