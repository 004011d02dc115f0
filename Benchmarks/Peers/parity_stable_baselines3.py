"""Repeats stretches of this project's trainings with Stable-Baselines3's own code and compares the weights at the end.

Run by `bench parity`, which writes the recordings: parity_stable_baselines3.py FILE... One JSON line a file.
"""

import argparse
import warnings

import peer

import numpy
import stable_baselines3
import torch
from agents_stable_baselines3 import AGENTS, schedule
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.logger import Logger
from stable_baselines3.common.vec_env import VecNormalize

from playback import TRUNCATED, Playback, Recording, recorded_chance

ACTIVATIONS = {"tanh": torch.nn.Tanh, "relu": torch.nn.ReLU, "sigmoid": torch.nn.Sigmoid, "silu": torch.nn.SiLU}
ON_POLICY = ("ppo", "a2c")
# What there is no counterpart to, with the only value that can be compared.
OURS_ONLY = {"double_q": False, "share_trunk": False, "mask_actions": False}
# Only decides about actions, and these are recorded.
EXPLORATION = ("noise_type", "noise_std")
# Replays that begin with every weight moved to a neighbouring number: what rounding alone makes of a stretch.
NUDGED = 3


class Network:
    """Linear layers one after the other; what this project has as one layer may be several side by side here."""

    def __init__(self, name, layers):
        self.name = name
        self.layers = [layer if isinstance(layer, list) else [layer] for layer in layers]

    @staticmethod
    def of(name, sequential, *heads):
        return Network(name, [layer for layer in sequential if isinstance(layer, torch.nn.Linear)] + list(heads))

    def parameters(self):
        return [parameter for layer in self.layers for part in layer for parameter in (part.weight, part.bias)]

    def pack(self, value):
        """A number for every parameter as one vector in this project's order, from `value(parameter)` of torch's shape."""
        vector = []
        for layer in self.layers:
            vector.append(numpy.concatenate([value(part.weight).T for part in layer], axis=1).reshape(-1))
            vector.append(numpy.concatenate([value(part.bias) for part in layer]))
        return numpy.concatenate(vector)

    def unpack(self, vector):
        """The reverse: [(parameter, numbers of its shape)]."""
        pairs, start = [], 0
        for layer in self.layers:
            inputs, outputs = layer[0].in_features, sum(part.out_features for part in layer)
            weight = vector[start:start + inputs * outputs].reshape(inputs, outputs)
            bias = vector[start + inputs * outputs:start + (inputs + 1) * outputs]
            start, column = start + (inputs + 1) * outputs, 0
            for part in layer:
                columns = slice(column, column + part.out_features)
                pairs += [(part.weight, weight[:, columns].T), (part.bias, bias[columns])]
                column += part.out_features
        return pairs

    def size(self):
        return sum(parameter.numel() for parameter in self.parameters())

    def saved(self, recording, when):
        names = [f"{when}.{self.name}.{index}.{kind}" for index in range(len(self.layers)) for kind in ("weight", "bias")]
        return numpy.concatenate([recording[name].reshape(-1) for name in names])


class Vector:
    """A parameter that is no layer's: the logarithms of standard deviations, log α."""

    def __init__(self, name, parameter):
        self.name, self.parameter = name, parameter

    def pack(self, value):
        return value(self.parameter).reshape(-1)

    def unpack(self, vector):
        return [(self.parameter, vector.reshape(self.parameter.shape))]

    def size(self):
        return self.parameter.numel()

    def saved(self, recording, when):
        return recording[f"{when}.{self.name}"]


def make(recording):
    """A model with this project's hyperparameters, and the environments it plays in."""
    description = recording.description
    values = {name: schedule(value) for name, value in description["hyperparameters"].items()}
    playback = worlds = Playback(recording)
    if values.pop("normalize", False):
        worlds = VecNormalize(playback, gamma=values["gamma"])
    for name, value in OURS_ONLY.items():
        if values.pop(name, value) != value:
            raise SystemExit(f"{name} has no counterpart in Stable-Baselines3")
    for name in EXPLORATION:
        values.pop(name, None)
    policy = {name: values.pop(name) for name in ("net_arch", "ortho_init", "log_std_init") if name in values}
    policy["activation_fn"] = ACTIVATIONS[values.pop("activation_fn")]
    if description["agent"] == "sac":
        start = values.pop("initial_ent_coef")
        if values["ent_coef"] is None:
            values["ent_coef"] = f"auto_{start}"
        if values["target_entropy"] is None:
            values["target_entropy"] = "auto"
    model = AGENTS[description["agent"]]("MlpPolicy", worlds, device="cpu", policy_kwargs=policy, **values)
    return model, playback


def parts(agent, model):
    """(optimizer, this project's name of its state, [what it moves]) for each; and the target networks."""
    if agent in ON_POLICY:
        policy, layers = model.policy, model.policy.mlp_extractor
        moved = [
            Network.of("policy", layers.policy_net, policy.action_net), Network.of("value", layers.value_net, policy.value_net)]
        if hasattr(policy, "log_std"):
            moved.append(Vector("policy.log_std", policy.log_std))
        return [(policy.optimizer, "adam" if agent == "ppo" else "optimizer", moved)], []
    if agent == "dqn":
        return (
            [(model.policy.optimizer, "adam", [Network.of("q", model.q_net.q_net)])],
            [Network.of("target", model.q_net_target.q_net)])
    critics = lambda critic, end: [
        Network.of(f"critic{index}{end}", network) for index, network in enumerate(critic.q_networks)]
    moved = [(model.critic.optimizer, "critics.adam", critics(model.critic, ""))]
    targets = critics(model.critic_target, ".target")
    if agent == "sac":
        actor = Network.of("actor", model.actor.latent_pi, [model.actor.mu, model.actor.log_std])
        if model.ent_coef_optimizer is not None:
            moved.append((model.ent_coef_optimizer, "temperature.adam", [Vector("log_temperature", model.log_ent_coef)]))
    else:
        actor = Network.of("actor", model.actor.mu)
        targets.append(Network.of("actor.target", model.actor_target.mu))
    return moved + [(model.actor.optimizer, "actor.adam", [actor])], targets


def restore(recording, model, playback, optimizers, targets):
    """Takes up the checkpoint from before."""
    description = recording.description
    for network in [part for _, _, moved in optimizers for part in moved] + targets:
        for parameter, numbers in network.unpack(network.saved(recording, "before")):
            parameter.data.copy_(torch.tensor(numbers.copy()))
    for optimizer, name, moved in optimizers:
        restore_optimizer(recording, optimizer, f"before.{name}", moved)
    worlds = model.get_env()
    model._last_obs = playback.first()
    if isinstance(worlds, VecNormalize):
        moments, rewards = recording.json("before.observation_moments"), recording.json("before.reward_normalizer")
        take_moments(worlds.obs_rms, moments, numpy.array)
        take_moments(worlds.ret_rms, rewards["moments"], lambda numbers: numpy.float64(numbers[0]))
        worlds.returns = numpy.array(rewards["returns"])
        model._last_obs = worlds.normalize_obs(model._last_obs)
    model._last_episode_starts = numpy.zeros(playback.num_envs, bool)
    model.num_timesteps = description["start"]
    if description["agent"] not in ON_POLICY:
        model._n_calls = description["start"] // playback.num_envs
        model._n_updates = int(recording["before.updates"][0])
        restore_replay(recording, model.replay_buffer, playback)
        model._sample_action = lambda *_, **__: recorded_action(model, playback)


def recorded_action(model, playback):
    action = playback.next_actions()
    return action, action if playback.recording.description["choices"] else model.policy.scale_action(action)


def take_moments(statistics, moments, convert):
    statistics.mean, statistics.var = convert(moments["means"]), convert(moments["variances"])
    statistics.count = moments["count"]


def restore_optimizer(recording, optimizer, name, moved):
    columns = {"exp_avg": "first_moment", "exp_avg_sq": "second_moment"}
    if f"{name}.mean_square" in recording:
        columns = {"square_avg": "mean_square"}
    # RMSProp does not count; torch's does, and makes nothing of it.
    step = float(recording[f"{name}.updates"][0]) if f"{name}.updates" in recording else 1.0
    start = 0
    for part in moved:
        for key, column in columns.items():
            for parameter, numbers in part.unpack(recording[f"{name}.{column}"][start:start + part.size()]):
                optimizer.state[parameter]["step"] = torch.tensor(step)
                optimizer.state[parameter][key] = torch.tensor(numbers.copy())
        start += part.size()


def restore_replay(recording, buffer, playback):
    rows, (count, head) = recording["before.replay"], recording["before.replay.position"]
    copies, width = playback.num_envs, playback.first()[0].size
    steps = count // copies
    rows = rows.reshape(steps, copies, -1)
    actions = rows.shape[2] - 2 * width - 2
    buffer.observations[:steps] = playback.seen(rows[..., :width])
    buffer.actions[:steps] = rows[..., width:width + actions]
    buffer.rewards[:steps] = rows[..., width + actions]
    buffer.dones[:steps] = rows[..., width + actions + 1] != 0
    buffer.timeouts[:steps] = rows[..., width + actions + 1] == TRUNCATED
    buffer.next_observations[:steps] = playback.seen(rows[..., -width:])
    buffer.pos, buffer.full = int(head) // copies, bool(steps == buffer.buffer_size)


class End(Exception):
    """The recorded stretch is over."""


class UntilEnd(BaseCallback):
    def __init__(self, end):
        super().__init__()
        self.end = end

    def _on_rollout_start(self):
        if self.model.num_timesteps >= self.end:
            raise End

    def _on_step(self):
        return True


def watch_losses(model):
    """Every call of `train` from now on as (transitions, gradient steps, what it logs)."""
    calls, train = [], model.train

    def watched(*arguments, **values):
        before = model._n_updates
        train(*arguments, **values)
        calls.append((model.num_timesteps, model._n_updates - before, dict(model.logger.name_to_value)))
        model.logger.name_to_value.clear()

    model.train = watched
    return calls


def losses_of(calls, description):
    """Of each of our iterations that losses belong to: {(iteration, name): the mean over its calls of `train`}."""
    means, start, delay = {}, description["start"], description["hyperparameters"].get("policy_delay", 1)
    for number, iteration in enumerate(description["iterations"]):
        own = [call for call in calls if start < call[0] <= iteration["step"]]
        start = iteration["step"]
        for name in iteration["losses"]:
            told = [(count, logged[name]) for _, count, logged in own if name in logged]
            if told and (name.endswith("loss") or name == "train/ent_coef"):
                weights = [count if delay == 1 or "actor" not in name else max(1, count // delay) for count, _ in told]
                means[number, name] = numpy.average([value for _, value in told], weights=weights)
    return means


def differing_losses(recording, calls, others=None):
    """The largest difference of a loss of `calls` from ours, or from `others`, as a share of that loss's largest magnitude."""
    description = recording.description
    theirs = losses_of(calls, description)
    ours = {
        (number, name): iteration["losses"][name] for number, iteration in enumerate(description["iterations"])
        for name in iteration["losses"]}
    other = ours if others is None else losses_of(others, description)
    shares = []
    for name in {name for _, name in theirs}:
        keys = [key for key in theirs if key[1] == name]
        shares.append(max(abs(theirs[key] - other[key]) for key in keys) / max(abs(ours[key]) for key in keys))
    return max(shares)


def replay(recording, nudge=None):
    """Goes on from the checkpoint by Stable-Baselines3's code: (networks, their weights, its calls of `train`, the actions' deviation).

    `nudge`, a generator of random numbers, moves each weight to a neighbouring number of single precision before.
    """
    description = recording.description
    model, playback = make(recording)
    optimizers, targets = parts(description["agent"], model)
    restore(recording, model, playback, optimizers, targets)
    networks = [part for _, _, moved in optimizers for part in moved] + targets
    if nudge is not None:
        for parameter in [each for network in networks for each, _ in network.unpack(network.pack(numbers))]:
            there = nudge.choice([-numpy.inf, numpy.inf], size=tuple(parameter.shape)).astype(numpy.float32)
            parameter.data.copy_(torch.tensor(numpy.nextafter(numbers(parameter), there)))
    model.set_logger(Logger(None, []))
    calls = watch_losses(model)
    with recorded_chance(recording, playback):
        try:
            model.learn(
                description["budget"] - description["start"], UntilEnd(description["end"]), log_interval=None,
                reset_num_timesteps=False)
        except End:
            pass
    if model.num_timesteps != description["end"]:
        raise SystemExit(f"{recording.path}: it ended after {model.num_timesteps} transitions, not {description['end']}")
    return networks, numpy.concatenate([network.pack(numbers) for network in networks]), calls, playback.deviation


def numbers(parameter):
    return parameter.detach().numpy()


def compare(path):
    recording = Recording(path)
    networks, theirs, calls, actions = replay(recording)
    before = numpy.concatenate([network.saved(recording, "before") for network in networks])
    ours = numpy.concatenate([network.saved(recording, "after") for network in networks])
    apart = lambda first, second: float(numpy.linalg.norm(first - second))
    losses, own = differing_losses(recording, calls), []
    for seed in range(NUDGED):
        _, nudged, nudged_calls, _ = replay(recording, numpy.random.default_rng(seed))
        own.append((apart(nudged, theirs), differing_losses(recording, nudged_calls, calls)))
    moved = apart(ours, before)
    peer.report({
        "version": stable_baselines3.__version__, "weights": apart(ours, theirs) / moved,
        "own_weights": max(weights for weights, _ in own) / moved, "losses": losses,
        "own_losses": max(losses for _, losses in own), "actions": actions,
        "updates": sum(count for _, count, _ in calls),
    })


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recordings", nargs="+", metavar="FILE")
    torch.set_num_threads(1)
    # Minibatches that do not divide the segment are among the cases.
    warnings.filterwarnings("ignore", message=".*mini-batch size")
    for path in parser.parse_args().recordings:
        compare(path)


if __name__ == "__main__":
    main()
