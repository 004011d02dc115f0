"""Records episodes of Gymnasium's classic control, for Tests/EnvironmentsTests.

Run with any Python that has Gymnasium 1.4: python3 Tests/Goldens/gymnasium_classic.py
Observations are recorded as the hexadecimal digits of their float32 bit patterns, eight a component, one string a step;
endings as t (terminated), l (limit) and -. After an ending comes the first observation of the next, unseeded reset.
"""

import json
import pathlib

import gymnasium as gym
import numpy as np

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


def digits(observation):
    bits = np.asarray(observation, dtype=np.float32).reshape(-1).view(np.uint32)
    return "".join(f"{x:08x}" for x in bits)


def choose(world, id, observation, random):
    """Every second choice is random; the others push along with the motion, which reaches the goals."""
    space = world.action_space
    along = observation[-1] >= 0
    if isinstance(space, gym.spaces.Discrete):
        return int(space.n - 1 if along else 0) if random.random() < 0.9 else int(random.integers(space.n))
    high = float(space.high[0])
    force = (high if along else -high) if random.random() < 0.7 else random.uniform(-1.5 * high, 1.5 * high)
    return np.array([force], dtype=np.float32)


def episode(id, options, text, seed):
    world = gym.make(id, **options)
    random = np.random.default_rng(seed)
    observation, _ = world.reset(seed=seed)
    rows, actions, rewards, endings = [digits(observation)], [], [], ""
    for _ in range(STEPS):
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


recorded = {
    "gymnasium": gym.__version__,
    "specifications": [specification(id) for id, options, _ in WORLDS if not options],
    "episodes": [episode(*world, seed) for world in WORLDS for seed in SEEDS],
}
path = pathlib.Path(__file__).parent / "recorded" / "gymnasium_classic.json"
path.write_text(json.dumps(recorded, separators=(",", ":")) + "\n")
ends = "".join(e["endings"] for e in recorded["episodes"])
print(f"{path}: {path.stat().st_size} bytes, Gymnasium {gym.__version__}, {ends.count('t')} terminations, "
      f"{ends.count('l')} at the limit")
