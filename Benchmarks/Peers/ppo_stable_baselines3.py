"""Trains Stable-Baselines3's PPO on CartPole-v1 with the zoo's values: seconds of training, and the final score.

One JSON line a seed. Nothing is evaluated while it trains. With --score-episodes N the last parameters then play N
whole episodes, deterministically, for raw rewards, in 8 copies seeded seed + 1,000,000; --csv keeps these scores.
"""

import csv

import peer

import gymnasium
import stable_baselines3
import torch
from stable_baselines3 import PPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy

EVALUATION_SEED_OFFSET = 1_000_000
EVALUATION_COPIES = 8


def schedule(value):
    """A number as it is, "lin_X" as a function of the share of the budget that is left."""
    if not isinstance(value, str):
        return value
    start = float(value.removeprefix("lin_"))
    return lambda remaining: remaining * start


def train(seed, steps):
    values = {name: schedule(value) for name, value in peer.zoo("ppo", "CartPole-v1").items()}
    budget = values.pop("n_timesteps")
    worlds = make_vec_env("CartPole-v1", n_envs=values.pop("n_envs"), seed=seed)
    model = PPO("MlpPolicy", worlds, seed=seed, device="cpu", verbose=0, **values)
    figures = {"peer": "Stable-Baselines3", "version": stable_baselines3.__version__, "seed": seed}
    with peer.timed(figures):
        model.learn(steps or budget)
    figures["steps"] = model.num_timesteps
    return model, figures


def score(model, seed, episodes):
    worlds = make_vec_env("CartPole-v1", n_envs=EVALUATION_COPIES, seed=seed + EVALUATION_SEED_OFFSET)
    rewards, _ = evaluate_policy(
        model, worlds, n_eval_episodes=episodes, deterministic=True, return_episode_rewards=True)
    return rewards


def interquartile_mean(values):
    """The mean of what is left when a quarter of the values, rounded down, is cut off at each end."""
    cut = len(values) // 4
    middle = sorted(values)[cut : len(values) - cut]
    return sum(middle) / len(middle)


def main():
    parser = peer.options(__doc__)
    parser.add_argument("--score-episodes", type=int, default=0, help="episodes of the final score (default none)")
    parser.add_argument("--csv", help="where to keep one line a seed, with its final score")
    arguments = parser.parse_args()
    if arguments.csv and not arguments.score_episodes:
        parser.error("--csv keeps scores: say how many episodes, --score-episodes 100")
    torch.set_num_threads(1)
    rows = []
    for seed in arguments.seeds:
        model, figures = train(seed, arguments.steps)
        if arguments.score_episodes:
            rewards = score(model, seed, arguments.score_episodes)
            figures["final_mean_reward"] = sum(rewards) / len(rewards)
            figures["final_min_reward"] = min(rewards)
            rows.append({
                "peer": figures["peer"], "version": figures["version"], "gymnasium": gymnasium.__version__,
                "torch": torch.__version__, "environment": "CartPole-v1", "agent": "ppo", "preset": "zoo",
                "seed": seed, "steps": figures["steps"], "episodes": len(rewards),
                "final_mean_reward": figures["final_mean_reward"], "final_min_reward": figures["final_min_reward"],
            })
        peer.report(figures)
    if rows:
        means = [row["final_mean_reward"] for row in rows]
        peer.report({"seeds": len(means), "interquartile_mean": interquartile_mean(means), "min": min(means)})
    if arguments.csv:
        with open(arguments.csv, "w", newline="") as file:
            table = csv.DictWriter(file, rows[0], lineterminator="\n")
            table.writeheader()
            table.writerows(rows)


if __name__ == "__main__":
    main()
