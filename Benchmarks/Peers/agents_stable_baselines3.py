"""Trains one of Stable-Baselines3's agents with this project's presets: seconds of training, and the final score.

One JSON line a seed. Nothing is evaluated while it trains. With --score-episodes N the last parameters then play N
whole episodes, deterministically, for raw rewards, in 8 copies seeded seed + 1,000,000; --csv adds these scores to a
file of the study's columns.
"""

import csv
import os
import time

import peer

import numpy
import stable_baselines3
import torch
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.noise import NormalActionNoise, OrnsteinUhlenbeckActionNoise
from stable_baselines3.common.utils import safe_mean
from stable_baselines3.common.vec_env import VecNormalize

EVALUATION_SEED_OFFSET = 1_000_000
EVALUATION_COPIES = 8
AGENTS = {name: getattr(stable_baselines3, name.upper()) for name in ("ppo", "a2c", "dqn", "sac", "td3", "ddpg")}
COLUMNS = "program,version,agent,environment,configuration,seed,steps,final_mean_reward,seconds".split(",")


def schedule(value):
    """A number as it is, "lin_X" as a function of the share of the budget that is left."""
    if not isinstance(value, str) or not value.startswith("lin_"):
        return value
    start = float(value.removeprefix("lin_"))
    return lambda remaining: remaining * start


def train(agent, environment, preset, seed, steps):
    values = {name: schedule(value) for name, value in peer.preset(preset, agent, environment).items()}
    budget, copies = values.pop("n_timesteps"), values.pop("n_envs", 1)
    worlds = make_vec_env(environment, n_envs=copies, seed=seed)
    if values.pop("normalize", False):
        worlds = VecNormalize(worlds, gamma=values.get("gamma", 0.99))
    policy = {name: values.pop(name) for name in ("net_arch", "ortho_init") if name in values}
    noise, deviation = values.pop("noise_type", None), values.pop("noise_std", None)
    if noise:
        width = worlds.action_space.shape[0]
        kind = NormalActionNoise if noise == "normal" else OrnsteinUhlenbeckActionNoise
        values["action_noise"] = kind(numpy.zeros(width), deviation * numpy.ones(width))
    if agent == "sac" and values.get("ent_coef", "") is None:
        values["ent_coef"] = "auto"
    model = AGENTS[agent]("MlpPolicy", worlds, seed=seed, device="cpu", verbose=0, policy_kwargs=policy, **values)
    figures = {"peer": "Stable-Baselines3", "version": stable_baselines3.__version__, "seed": seed}
    with peer.timed(figures):
        model.learn(steps or budget)
    figures["steps"] = model.num_timesteps
    # Of the last 100 episodes that it learnt from, as `rollout/ep_rew_mean` is.
    figures["ep_rew_mean"] = safe_mean([episode["r"] for episode in model.ep_info_buffer])
    return model, worlds, figures


def score(model, trained_in, environment, seed, episodes):
    worlds = make_vec_env(environment, n_envs=EVALUATION_COPIES, seed=seed + EVALUATION_SEED_OFFSET)
    if isinstance(trained_in, VecNormalize):
        worlds = VecNormalize(worlds, training=False, norm_reward=False)
        worlds.obs_rms = trained_in.obs_rms
    rewards, _ = evaluate_policy(
        model, worlds, n_eval_episodes=episodes, deterministic=True, return_episode_rewards=True)
    return sum(rewards) / len(rewards)


def keep(path, row):
    is_new = not os.path.exists(path)
    with open(path, "a", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        if is_new:
            writer.writeheader()
        writer.writerow(row)


def main():
    parser = peer.options(__doc__)
    parser.add_argument("--agent", choices=sorted(AGENTS), default="ppo")
    parser.add_argument("--environment", default="CartPole-v1")
    parser.add_argument("--preset", choices=("zoo", "default"), default="zoo")
    parser.add_argument("--score-episodes", type=int, default=0, help="episodes of the final score (default none)")
    parser.add_argument("--csv", help="where to keep one line a seed, with its final score")
    arguments = parser.parse_args()
    if arguments.csv and not arguments.score_episodes:
        parser.error("--csv keeps scores: say how many episodes, --score-episodes 100")
    torch.set_num_threads(1)
    for seed in arguments.seeds:
        start = time.perf_counter()
        model, worlds, figures = train(
            arguments.agent, arguments.environment, arguments.preset, seed, arguments.steps)
        if arguments.score_episodes:
            reward = score(model, worlds, arguments.environment, seed, arguments.score_episodes)
            figures["final_mean_reward"] = reward
            if arguments.csv:
                keep(arguments.csv, {
                    "program": figures["peer"], "version": figures["version"], "agent": arguments.agent,
                    "environment": arguments.environment, "configuration": arguments.preset, "seed": seed,
                    "steps": figures["steps"], "final_mean_reward": reward,
                    "seconds": round(time.perf_counter() - start, 1),
                })
        peer.report(figures)


if __name__ == "__main__":
    main()
