"""Records what Gymnasium's wrappers make of environments, for Tests/EnvironmentsTests.

Run with any Python that has Gymnasium 1.4: python3 Tests/Goldens/gymnasium_wrappers.py
`episodes` are of one environment each, recorded as recording.py says. `vectors` are of SyncVectorEnv with wrappers that
keep statistics over all copies, one row a step.
"""

import json
import pathlib

import gymnasium as gym
import numpy as np
from gymnasium.vector import AutoresetMode, SyncVectorEnv
from gymnasium.wrappers import (ClipAction, ClipReward, FrameStackObservation, RescaleAction, TimeAwareObservation,
                                TimeLimit)
from gymnasium.wrappers.vector import NormalizeObservation, NormalizeReward, RecordEpisodeStatistics

from recording import digits

# Options as rlrun writes them; the chain that Gymnasium needs for the same; steps. Actions of boxes go beyond the bounds.
EPISODES = [
    ("CartPole-v1:time_limit=7", lambda: gym.make("CartPole-v1", max_episode_steps=7), 40),
    ("CartPole-v1:time_aware=true", lambda: TimeAwareObservation(gym.make("CartPole-v1")), 60),
    ("MountainCar-v0:time_aware=true,normalize_time=true",
     lambda: TimeAwareObservation(gym.make("MountainCar-v0"), normalize_time=True), 203),
    ("CartPole-v1:frame_stack=4", lambda: FrameStackObservation(gym.make("CartPole-v1"), 4), 60),
    ("FrozenLake-v1:frame_stack=3", lambda: FrameStackObservation(gym.make("FrozenLake-v1"), 3), 60),
    ("Pendulum-v1:rescale_action=true", lambda: RescaleAction(gym.make("Pendulum-v1"), -1.0, 1.0), 40),
    ("MountainCarContinuous-v0:rescale_action=true",
     lambda: RescaleAction(gym.make("MountainCarContinuous-v0"), -1.0, 1.0), 40),
    ("MountainCarContinuous-v0:clip_action=true", lambda: ClipAction(gym.make("MountainCarContinuous-v0")), 40),
    ("Pendulum-v1:time_limit=20,rescale_action=true,clip_action=true,time_aware=true,frame_stack=2",
     lambda: FrameStackObservation(TimeAwareObservation(ClipAction(RescaleAction(
         TimeLimit(gym.make("Pendulum-v1").unwrapped, 20), -1.0, 1.0))), 2), 50),
    ("Pendulum-v1:clip_reward=2.5", lambda: ClipReward(gym.make("Pendulum-v1"), -2.5, 2.5), 40),
]
COPIES = 3
VECTORS = [
    ("CartPole-v1", 70), ("Pendulum-v1", 210), ("MountainCarContinuous-v0", 40),
]


def episode(text, make, steps):
    world = make()
    random = np.random.default_rng(3)
    observation, _ = world.reset(seed=5)
    rows, actions, rewards, endings = [digits(observation)], [], [], ""
    for _ in range(steps):
        if isinstance(world.action_space, gym.spaces.Discrete):
            action = int(random.integers(world.action_space.n))
        else:
            # Rescaling goes from -1 to 1; whoever clips sees more.
            bound = 1.7 if "clip_action" in text else 1
            action = random.uniform(-bound, bound, world.action_space.shape).astype(np.float32)
        observation, reward, terminated, truncated, _ = world.step(action)
        actions.append(action if isinstance(action, int) else float(action[0]))
        rewards.append(float(reward))
        endings += "t" if terminated else "l" if truncated else "-"
        rows.append(digits(observation))
        if terminated or truncated:
            rows.append(digits(world.reset()[0]))
    return {"world": text, "seed": "5", "actions": actions, "rewards": rewards, "endings": endings,
            "observations": rows}


def vector(id, steps, mode, wrapper):
    world = SyncVectorEnv([lambda: gym.make(id)] * COPIES, autoreset_mode=mode)
    counted = RecordEpisodeStatistics(world)
    world = wrapper(counted)
    random = np.random.default_rng(4)
    space = world.single_action_space
    observations, _ = world.reset(seed=9)
    record = {"world": id, "mode": mode.value, "wrapper": wrapper.__name__, "first": digits(observations), "actions": [],
              "rows": []}
    for step in range(steps):
        if step == steps - 10:
            world.update_running_mean = False
        if isinstance(space, gym.spaces.Discrete):
            actions = random.integers(space.n, size=COPIES)
        else:
            actions = random.uniform(space.low, space.high, size=(COPIES, 1)).astype(np.float32)
        observations, rewards, *_ = world.step(actions)
        record["actions"].append([float(x) for x in actions.reshape(-1)])
        shown = rewards if wrapper is NormalizeReward else observations
        record["rows"].append(digits(shown))
    record["returns"] = [float(x) for x in counted.return_queue]
    record["lengths"] = [int(x) for x in counted.length_queue]
    return record


path = pathlib.Path(__file__).parent / "recorded" / "gymnasium_wrappers.json"
recorded = {
    "gymnasium": gym.__version__,
    "episodes": [episode(*e) for e in EPISODES],
    "vectors": [vector(id, steps, mode, NormalizeReward) for id, steps in VECTORS
                for mode in (AutoresetMode.SAME_STEP, AutoresetMode.NEXT_STEP)]
    + [vector(id, steps, AutoresetMode.NEXT_STEP, NormalizeObservation) for id, steps in VECTORS],
}
path.write_text(json.dumps(recorded, separators=(",", ":")) + "\n")
print(f"{path}: {path.stat().st_size} bytes, Gymnasium {gym.__version__}")
