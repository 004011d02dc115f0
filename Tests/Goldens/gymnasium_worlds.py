"""Records episodes of the real Gymnasium, for Tests/EnvironmentsTests.

Run with any Python that has Gymnasium 1.4: python3 Tests/Goldens/gymnasium_worlds.py
Observations are recorded as the hexadecimal digits of their float32 bit patterns, eight a component, one string a step;
actions and flags as one character a step. A row is added after each ending: the observation of the next, unseeded reset.
"""

import json
import pathlib

import gymnasium as gym
import numpy as np

from recording import digits

# id, constructor's options, option text
WORLDS = [
    ("CartPole-v0", {}, ""),
    ("CartPole-v1", {}, ""),
    ("CartPole-v1", {"sutton_barto_reward": True}, ":sutton_barto_reward=true"),
]
SEEDS = [0, 1, 42, 123, 2**31 + 5, 2**32 + 7, 2**63 + 11]


def flag(terminated, truncated):
    return "t" if terminated else "l" if truncated else "-"


class Chooser:
    """Random actions in one episode, in the next ones that keep the pole up until the limit."""

    def __init__(self, seed):
        self.random = np.random.default_rng(seed)
        self.episode = seed % 2

    def action(self, observation):
        if self.episode % 2 == 0:
            return int(self.random.integers(2))
        x, v, angle, turn = (float(c) for c in observation)
        return int(0.05 * x + 0.1 * v + angle + 0.5 * turn > 0)


def episode(id, options, text, seed, steps):
    world = gym.make(id, **options)
    chooser = Chooser(seed)
    observation, _ = world.reset(seed=seed)
    rows, actions, rewards, endings = [digits(observation)], "", [], ""
    for _ in range(steps):
        action = chooser.action(observation)
        observation, reward, terminated, truncated, _ = world.step(action)
        actions += str(action)
        endings += flag(terminated, truncated)
        rewards.append(float(reward))
        rows.append(digits(observation))
        if terminated or truncated:
            chooser.episode += 1
            observation, _ = world.reset()
            rows.append(digits(observation))
    return {"world": id + text, "seed": str(seed), "actions": actions, "rewards": rewards, "endings": endings,
            "observations": rows}


def vector(id, copies, seed, steps):
    worlds = gym.vector.SyncVectorEnv(
        [lambda: gym.make(id) for _ in range(copies)], autoreset_mode=gym.vector.AutoresetMode.SAME_STEP
    )
    choosers = [Chooser(seed + i) for i in range(copies)]
    observations, _ = worlds.reset(seed=seed)
    rows, finals, actions, rewards, endings = [digits(observations)], [], "", [], ""
    for _ in range(steps):
        chosen = [c.action(o) for c, o in zip(choosers, observations)]
        observations, reward, terminated, truncated, info = worlds.step(np.array(chosen))
        actions += "".join(map(str, chosen))
        endings += "".join(flag(t, l) for t, l in zip(terminated, truncated))
        rewards += [float(r) for r in reward]
        rows.append(digits(observations))
        for i in range(copies):
            if terminated[i] or truncated[i]:
                choosers[i].episode += 1
                finals.append(digits(info["final_obs"][i]))
    return {"world": id, "seed": str(seed), "copies": copies, "actions": actions, "rewards": rewards,
            "endings": endings, "observations": rows, "finalObservations": finals}


def specification(id):
    world = gym.make(id)
    return {
        "id": id,
        "low": digits(world.observation_space.low),
        "high": digits(world.observation_space.high),
        "actions": int(world.action_space.n),
        "timeLimit": world.spec.max_episode_steps,
        "rewardThreshold": world.spec.reward_threshold,
    }


recorded = {
    "gymnasium": gym.__version__,
    "specifications": [specification(id) for id, options, _ in WORLDS if not options],
    "episodes": [episode(*world, seed, 620 if i < 3 else 60) for world in WORLDS for i, seed in enumerate(SEEDS)],
    "vectors": [vector("CartPole-v0", 3, 7, 260), vector("CartPole-v1", 5, 2**32 - 2, 40)],
}
path = pathlib.Path(__file__).parent / "recorded" / "gymnasium_worlds.json"
path.write_text(json.dumps(recorded, separators=(",", ":")) + "\n")
ends = "".join(e["endings"] for e in recorded["episodes"] + recorded["vectors"])
print(f"{path}: {path.stat().st_size} bytes, Gymnasium {gym.__version__}, {ends.count('t')} terminations, "
      f"{ends.count('l')} truncations")
