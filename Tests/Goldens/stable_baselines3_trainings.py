"""Records whole trainings of Stable-Baselines3's agents for Tests/RLCoreTests: weights before and after.

Run with a Python that has stable-baselines3: python3 Tests/Goldens/stable_baselines3_trainings.py
Nothing in them is drawn by chance. Off policy no action is random, no noise is added, and a buffer of one transition leaves
nothing to choose; on policy there is one action only, so that it is the values that learn. So another program that starts from the same weights has to end at the same ones, to rounding: if losses,
targets, clipping and optimizers agree, and if acting, learning and the targets' updates follow in the same order.
"""

import copy
import json
import math
import pathlib

import gymnasium as gym
import numpy as np
import stable_baselines3
import torch
from stable_baselines3 import A2C, DDPG, DQN, PPO, TD3

SHARED = {
    "learning_rate": 0.01, "gamma": 0.9, "seed": 1, "device": "cpu",
    "policy_kwargs": {"net_arch": [8, 6], "activation_fn": torch.nn.Tanh},
}
OFF_POLICY = {"buffer_size": 1, "learning_starts": 0, "batch_size": 1}
STEPS = 300


class Track(gym.Env):
    """A cart on a track that winds; it falls off beyond ±1, and a run is cut after nine steps."""

    observation_space = gym.spaces.Box(-np.inf, np.inf, (3,), np.float32)

    def __init__(self, choices):
        """`choices`: 0 for a box."""
        self.choices = choices
        self.action_space = gym.spaces.Discrete(choices) if choices else gym.spaces.Box(-2.0, 1.0, (1,), np.float32)

    def observation(self):
        return np.array([self.place, math.sin(self.steps), math.cos(self.steps)], np.float32)

    def reset(self, seed=None, options=None):
        self.place, self.steps = 0.3, 0
        return self.observation(), {}

    def step(self, action):
        push = int(action) - 1 if self.choices else float(action[0])
        self.place = 0.9 * self.place + 0.4 * push + 0.2 * math.sin(self.steps)
        self.steps += 1
        reward = 3 * math.cos(self.steps) * self.place
        return self.observation(), reward, abs(self.place) > 1, self.steps == 9, {}


def numbers(network):
    """Its weights [inputs, outputs] and biases, layer by layer, in the fewest digits that give the same float32."""
    values = []
    for layer in network.modules():
        if isinstance(layer, torch.nn.Linear):
            values += [layer.weight.detach().numpy().T.reshape(-1), layer.bias.detach().numpy()]
    return [float(str(x)) for x in np.concatenate(values)]


def networks(model):
    if isinstance(model, DQN):
        return {"q": numbers(model.q_net), "target": numbers(model.q_net_target)}
    if isinstance(model, (A2C, PPO)):
        layers = model.policy.mlp_extractor
        return {
            "policy": numbers(layers.policy_net) + numbers(model.policy.action_net),
            "value": numbers(layers.value_net) + numbers(model.policy.value_net),
        }
    critics = lambda critic: [x for network in critic.q_networks for x in numbers(network)]
    return {
        "actor": numbers(model.actor), "actorTarget": numbers(model.actor_target),
        "critics": critics(model.critic), "criticTargets": critics(model.critic_target),
    }


def training(kind, choices, **values):
    model = kind("MlpPolicy", Track(choices), **copy.deepcopy(SHARED), **values)
    before = networks(model)
    model.learn(STEPS)
    return {"before": before, "after": networks(model)}


def main():
    recorded = {
        "version": stable_baselines3.__version__,
        "dqn": training(
            DQN, 3, **OFF_POLICY, train_freq=3, gradient_steps=-1, target_update_interval=6, tau=0.5, max_grad_norm=1,
            exploration_initial_eps=0, exploration_final_eps=0),
        "td3": training(
            TD3, 0, **OFF_POLICY, train_freq=2, gradient_steps=3, tau=0.1, policy_delay=2, target_policy_noise=0),
        "ddpg": training(DDPG, 0, **OFF_POLICY, train_freq=1, gradient_steps=1, tau=0.1),
        "a2c": training(A2C, 1, n_steps=5, gae_lambda=0.9, vf_coef=0.4, max_grad_norm=0.3),
        "ppo": training(
            PPO, 1, n_steps=12, batch_size=12, n_epochs=3, gae_lambda=0.8, vf_coef=0.7, max_grad_norm=0.4,
            clip_range_vf=0.3),
    }
    path = pathlib.Path(__file__).parent / "recorded/stable_baselines3_trainings.json"
    path.write_text(json.dumps(recorded, separators=(",", ":")) + "\n")
    print(f"{path}: {path.stat().st_size} bytes, Stable-Baselines3 {stable_baselines3.__version__}")


main()
