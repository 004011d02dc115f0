"""Compares `rlrun trace` with Gymnasium: every world they share, with options, over seeds and random actions of its own.

Run with any Python that has Gymnasium 1.4: python3 Tests/Goldens/gymnasium_traces.py .build/release/rlrun [--seeds 1-5]
Prints for each world how many observations of how many steps differ, by how much at most, and the same of rewards and
endings. A trace ends at the first difference of endings: from there on the two play different episodes. Exit status 1
where toy text differs at all, where more than a thousandth of a classic control's observations differ or one by more than
1e-6 (Acrobot, which is chaotic, excepted), or where an ending differs within 200 steps.
"""

import argparse
import csv
import subprocess
import sys
import tempfile

import gymnasium as gym
import numpy as np

LAKE = "SFF/FHS/SFG/FFF"
CLASSIC = [
    ("CartPole-v0", {}), ("CartPole-v1", {}), ("CartPole-v1", {"sutton_barto_reward": True}), ("MountainCar-v0", {}),
    ("MountainCar-v0", {"goal_velocity": 0.02}), ("MountainCarContinuous-v0", {}),
    ("MountainCarContinuous-v0", {"goal_velocity": 0.03}), ("Acrobot-v1", {}), ("Pendulum-v1", {}),
    ("Pendulum-v1", {"g": 9.81}),
]
TOY_TEXT = [
    ("FrozenLake-v1", {}), ("FrozenLake-v1", {"is_slippery": False}), ("FrozenLake-v1", {"success_rate": 0.7}),
    ("FrozenLake-v1", {"map_name": "8x8"}), ("FrozenLake-v1", {"desc": LAKE}), ("FrozenLake8x8-v1", {}),
    ("CliffWalking-v1", {}), ("CliffWalking-v1", {"is_slippery": True}), ("CliffWalkingSlippery-v1", {}),
    ("Taxi-v4", {}), ("Taxi-v4", {"is_rainy": True}), ("Taxi-v4", {"fickle_passenger": True}),
    ("Taxi-v4", {"is_rainy": True, "fickle_passenger": True, "rainy_probability": 0.5, "fickle_probability": 0.8}),
    ("Blackjack-v1", {}), ("Blackjack-v1", {"sab": False}), ("Blackjack-v1", {"sab": False, "natural": True}),
]


def text(options):
    written = {True: "true", False: "false"}
    pairs = ",".join(f"{k}={written[v] if isinstance(v, bool) else v}" for k, v in options.items())
    return ":" + pairs if pairs else ""


def actions(id, space, random, steps):
    """Uniform ones, beyond the bounds of a box too; every other stretch of 50 repeats itself, to get somewhere."""
    if isinstance(space, gym.spaces.Discrete):
        rows = random.integers(space.n, size=steps)
    else:
        rows = random.uniform(1.5 * space.low[0], 1.5 * space.high[0], size=steps).astype(np.float32)
    for start in range(0, steps, 100):
        rows[start:start + 50] = np.repeat(rows[start:start + 50:10], 10)[:len(rows[start:start + 50])]
    return rows


def compare(program, id, options, seed, steps):
    """Steps compared, differing observations, the largest difference, differing rewards, the largest relative one, and
    the step at which the endings part, or none."""
    keywords = {k: v.split("/") if k == "desc" else v for k, v in options.items()}
    world = gym.make(id, **keywords)
    rows = actions(id, world.action_space, np.random.default_rng(seed + 1000), steps)
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(repr(x.item()) for x in rows))
        file.flush()
        output = subprocess.run(
            [program, "trace", id + text(options), "--seed", str(seed), "--actions", file.name], check=True,
            capture_output=True, text=True).stdout
    trace = csv.reader(output.splitlines())
    width = sum(name.startswith("obs_") for name in next(trace))
    differing, largest, rewards, relative = 0, 0.0, 0, 0.0

    def look(observation):
        nonlocal differing, largest
        row = next(trace)
        ours = np.array(row[1:1 + width], dtype=np.float32)
        theirs = np.asarray(observation, dtype=np.float32).reshape(-1)
        differing += not np.array_equal(ours, theirs)
        largest = max(largest, float(np.abs(ours.astype(float) - theirs).max()))
        return row[1 + width:]

    look(world.reset(seed=seed)[0])
    for step, action in enumerate(rows):
        chosen = int(action) if rows.dtype.kind == "i" else np.array([action])
        observation, reward, terminated, truncated, _ = world.step(chosen)
        ours = look(observation)
        if (ours[1], ours[2]) != (str(int(terminated)), str(int(truncated))):
            return step + 1, differing, largest, rewards, relative, step + 1
        if float(ours[0]) != reward:
            rewards += 1
            relative = max(relative, abs(float(ours[0]) - reward) / max(abs(reward), 1e-300))
        if terminated or truncated:
            look(world.reset()[0])
    return steps, differing, largest, rewards, relative, None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--seeds", default="1-5")
    parser.add_argument("--steps", type=int, default=2000)
    asked = parser.parse_args()
    first, _, last = asked.seeds.partition("-")
    broken = False
    print(f"{'world':78} {'steps':>6} {'obs ≠':>6} {'largest':>8} {'rew ≠':>6} {'relative':>8}  endings part at")
    for id, options in CLASSIC + TOY_TEXT:
        results = [compare(asked.program, id, options, seed, asked.steps)
                   for seed in range(int(first), int(last or first) + 1)]
        steps, differing, rewards = (sum(r[i] for r in results) for i in (0, 1, 3))
        largest, relative = (max(r[i] for r in results) for i in (2, 4))
        parted = [r[5] for r in results if r[5]]
        print(f"{id + text(options):78} {steps:6} {differing:6} {largest:8.1e} {rewards:6} {relative:8.1e}  "
              f"{', '.join(map(str, parted)) or '-'}", flush=True)
        if (id, options) in TOY_TEXT:
            broken |= differing > 0 or rewards > 0 or bool(parted)
        else:
            broken |= any(step <= 200 for step in parted)
            broken |= id != "Acrobot-v1" and (differing > steps / 1000 or largest > 1e-6 or bool(parted))
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
