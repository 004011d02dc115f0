"""A recorded stretch of one of this project's trainings, played to Stable-Baselines3: its environments and its chance.

`bench parity` writes the recording: checkpoints from before and after, what the environments gave, and the random numbers
that were drawn.
"""

import json
from contextlib import contextmanager

import gymnasium
import numpy
import torch
from stable_baselines3.common.vec_env import VecEnv

ELEMENTS = {"F32": numpy.float32, "F64": numpy.float64, "I64": numpy.int64, "U8": numpy.uint8}
TERMINATED, TRUNCATED = 1, 2


class Recording:
    """A safetensors file: tensors by name, and texts that are JSON."""

    def __init__(self, path):
        self.path = path
        with open(path, "rb") as file:
            header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
            data = file.read()
        self.texts = header.pop("__metadata__", {})
        self.tensors = {}
        for name, entry in header.items():
            start, end = entry["data_offsets"]
            self.tensors[name] = numpy.frombuffer(data[start:end], ELEMENTS[entry["dtype"]]).reshape(entry["shape"])
        self.description = self.json("description")

    def __getitem__(self, name):
        return self.tensors[name]

    def __contains__(self, name):
        return name in self.tensors or name in self.texts

    def json(self, name):
        return json.loads(self.texts[name])

    def space(self, name, count):
        """A space of `count` choices, or a box where that is 0."""
        if count:
            return gymnasium.spaces.Discrete(count)
        return gymnasium.spaces.Box(self[f"{name}_low"], self[f"{name}_high"], dtype=numpy.float32)


class Playback(VecEnv):
    """Gives what this project's environments gave, whatever the actions are; `deviation` says how far these were off."""

    def __init__(self, recording):
        self.recording, self.now, self.deviation = recording, 0, 0.0
        description = recording.description
        super().__init__(
            description["copies"], recording.space("observation", description["states"]),
            recording.space("action", description["choices"]))
        steps = len(recording["rewards"]) // self.num_envs
        rows = lambda name: recording[name].reshape(steps, self.num_envs, -1)
        self.observations, self.final = self.seen(rows("observations")), self.seen(rows("final_observations"))
        self.actions = rows("actions")
        self.rewards = rows("rewards")[..., 0].astype(numpy.float32)
        self.endings = rows("endings")[..., 0]

    def seen(self, rows):
        """Rows `[..., W]` as the observation space has them."""
        space = self.observation_space
        return rows.reshape(rows.shape[:-1] + space.shape).astype(space.dtype)

    def first(self):
        """The observations that the stretch begins with."""
        return self.seen(self.recording["before.observations"].reshape(self.num_envs, -1))

    def next_actions(self):
        """What this project's agent did next, as the environment takes it."""
        actions = self.actions[self.now]
        if isinstance(self.action_space, gymnasium.spaces.Discrete):
            return actions[:, 0].astype(numpy.int64)
        return actions

    def step_async(self, actions):
        self.deviation = max(self.deviation, float(numpy.abs(actions - self.next_actions()).max()))

    def step_wait(self):
        now, self.now = self.now, self.now + 1
        infos = [
            {"terminal_observation": self.final[now, copy], "TimeLimit.truncated": bool(ending == TRUNCATED)}
            if ending else {} for copy, ending in enumerate(self.endings[now])]
        return self.observations[now].copy(), self.rewards[now].copy(), self.endings[now] != 0, infos

    def reset(self):
        raise RuntimeError("a stretch goes on from a checkpoint")

    def close(self):
        pass

    def get_attr(self, attr_name, indices=None):
        return [None] * self.num_envs

    def set_attr(self, attr_name, value, indices=None):
        raise NotImplementedError

    def env_method(self, method_name, *arguments, indices=None, **values):
        raise NotImplementedError

    def env_is_wrapped(self, wrapper_class, indices=None):
        return [False] * self.num_envs


class Draws:
    """Hands out numbers of a recorded stream in their order."""

    def __init__(self, recording, name):
        self.numbers = recording[name].reshape(-1) if name in recording else numpy.zeros(0)
        self.taken = 0

    def take(self, shape):
        count = int(numpy.prod(shape))
        numbers = self.numbers[self.taken:self.taken + count]
        if len(numbers) < count:
            raise RuntimeError("more random numbers are drawn than were recorded")
        self.taken += count
        return numbers.reshape(shape)

    @property
    def is_used_up(self):
        return self.taken == len(self.numbers)


@contextmanager
def recorded_chance(recording, environment):
    """Every random number that Stable-Baselines3 asks for is the one that this project drew in its place."""
    copies = environment.num_envs
    rows, noise, orders = (Draws(recording, name) for name in ("rows", "noise", "permutations"))
    sampled = []

    def randint(low, high=None, size=None):
        # A buffer asks for steps, then for environments of the same rows.
        if not sampled:
            indices = rows.take(size)
            assert indices.max() < high * copies
            sampled.append(indices % copies)
            return indices // copies
        return sampled.pop()

    def permutation(count):
        # Ours is [step, environment], theirs [environment, step].
        order = orders.take(count) if len(orders.numbers) else numpy.arange(count)
        return order % copies * (count // copies) + order // copies

    def normal(shape):
        # DDPG's draws here are clipped to 0, and so there are none in ours.
        return torch.tensor(noise.take(shape)) if len(noise.numbers) else torch.zeros(shape)

    replaced = [
        (numpy.random, "randint", randint),
        (numpy.random, "permutation", permutation),
        (torch.distributions.Normal, "rsample",
         lambda self, shape=(): self.loc + self.scale * normal(self.loc.shape)),
        (torch.distributions.Categorical, "sample",
         lambda self, shape=(): torch.tensor(environment.next_actions())),
        (torch.Tensor, "normal_", lambda self, mean=0, std=1: self.copy_(mean + std * normal(self.shape))),
    ]
    originals = [(owner, name, getattr(owner, name)) for owner, name, _ in replaced]
    for owner, name, value in replaced:
        setattr(owner, name, value)
    try:
        yield
    finally:
        for owner, name, value in originals:
            setattr(owner, name, value)
    if not (rows.is_used_up and noise.is_used_up):
        raise RuntimeError("fewer random numbers were drawn than this project drew")
