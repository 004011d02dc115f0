"""Prints what a uniformly random policy scores in Gymnasium's worlds, and the reward each world's registration asks for.

    python3 Tests/Goldens/reference_scores.py

A line a world: the mean return of 1,000 episodes (seeds 0 to 999) of uniformly random actions, its standard error, and
`reward_threshold` of Gymnasium's registry. ReferenceScores.swift is written from it.
"""

import gymnasium as gym
import numpy as np

WORLDS = ["CartPole-v1", "Acrobot-v1", "MountainCar-v0", "MountainCarContinuous-v0", "Pendulum-v1", "FrozenLake-v1",
          "FrozenLake8x8-v1", "Taxi-v4", "LunarLander-v3", "LunarLanderContinuous-v3", "BipedalWalker-v3"]

for id in WORLDS:
    try:
        world = gym.make(id)
    except Exception as error:
        print(f"{id}: left out, {error}")
        continue
    world.action_space.seed(0)
    returns = []
    for seed in range(1000):
        world.reset(seed=seed)
        total, done = 0.0, False
        while not done:
            _, reward, terminated, truncated, _ = world.step(world.action_space.sample())
            total += float(reward)
            done = terminated or truncated
        returns.append(total)
    error = np.std(returns, ddof=1) / len(returns) ** 0.5
    print(f"{id}: random {np.mean(returns):.4g} ± {error:.2g}, threshold {world.spec.reward_threshold}", flush=True)
