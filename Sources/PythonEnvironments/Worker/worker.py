"""Steps Gymnasium environments for rlrun, which starts it; see Docs/PYTHON.md. Needs Gymnasium and NumPy, nothing else.

Descriptor 3 is a socket: requests and replies are a letter, the length of what follows in four bytes, and what follows.
Descriptor 4 is shared memory with a column for each quantity, a row for each environment. Descriptor 5 takes the traceback of a
crash. What an environment prints goes to standard error.
"""

import ctypes
import faulthandler
import os
import signal
import sys

SOCKET, MEMORY, CRASHES = 3, 4, 5

# The worker dies with the program that started it, whatever the environment is doing.
ctypes.CDLL(None).prctl(1, signal.SIGKILL)
if os.getppid() != int(sys.argv[1]):
    os._exit(0)
signal.signal(signal.SIGINT, signal.SIG_IGN)
faulthandler.enable(file=CRASHES)
faulthandler.register(signal.SIGUSR1, file=CRASHES)

import importlib
import json
import traceback


def receive(count):
    data = b""
    while len(data) < count:
        part = os.read(SOCKET, count - len(data))
        if not part:
            os._exit(0)
        data += part
    return data


def send(letter, payload=b""):
    data = memoryview(letter + len(payload).to_bytes(4, "little") + payload)
    while data:
        data = data[os.write(SOCKET, data) :]


def send_json(letter, value):
    send(letter, json.dumps(value).encode())


class Fault(Exception):
    """What an environment must not do, in words; `usage`: the request made no sense. No traceback of ours."""

    def __init__(self, sentence, usage=False):
        super().__init__(sentence)
        self.usage = usage


def own_frames(error):
    """The traceback without the frames of this script and of import machinery."""
    summary = traceback.TracebackException.from_exception(error)
    kept = [frame for frame in summary.stack if frame.filename not in ("<string>",) and "<frozen" not in frame.filename]
    if not kept:
        return ""
    summary.stack = traceback.StackSummary.from_list(kept)
    return "".join(summary.format()).rstrip()


def fail(error, who, place=""):
    """Reports what `who` did; `place`: where, as ` in step`."""
    usage, trace = False, ""
    if isinstance(error, Fault):
        usage = error.usage
        sentence = str(error) if usage else f"{who} {error}" + ("" if place == " in step" else f",{place}")
    elif isinstance(error, SystemExit):
        sentence = f"{who} called sys.exit({'' if error.code is None else repr(error.code)}){place}"
        trace = own_frames(error)
    else:
        text = " ".join(str(error).split())
        sentence = f"{who} raised {type(error).__name__}{place}" + (f": {text[:500]}" if text else "")
        trace = own_frames(error)
    send_json(b"e", {"sentence": sentence, "traceback": trace, "usage": usage})


try:
    import numpy as np
    import gymnasium
    from gymnasium import spaces
except ModuleNotFoundError as error:
    if error.name not in ("numpy", "gymnasium"):
        raise
    fail(
        Fault(
            f"{sys.executable} has no {error.name}: 'pip install gymnasium' with it, or name another Python with --python or"
            " RLRUN_PYTHON",
            usage=True,
        ),
        "",
    )
    os._exit(0)


# Spaces, as rlrun reads them.


def number(value):
    value = float(value)
    return value if np.isfinite(value) else "nan" if np.isnan(value) else "inf" if value > 0 else "-inf"


def bounds(values):
    values = np.asarray(values, dtype=np.float64).reshape(-1)
    if len(values) > 1 and (values == values[0]).all():
        values = values[:1]
    return [number(value) for value in values]


def describe(space):
    if isinstance(space, spaces.Discrete):
        return {"kind": "discrete", "count": int(space.n), "start": int(space.start)}
    if isinstance(space, spaces.Box):
        shape = [int(length) for length in space.shape]
        return {"kind": "box", "low": bounds(space.low), "high": bounds(space.high), "shape": shape, "bytes": space.dtype == np.uint8}
    if isinstance(space, spaces.MultiDiscrete):
        return {"kind": "multiDiscrete", "counts": [int(count) for count in space.nvec.reshape(-1)]}
    if isinstance(space, spaces.MultiBinary):
        return {"kind": "multiBinary", "count": int(np.prod(space.shape))}
    if isinstance(space, spaces.Tuple):
        return {"kind": "tuple", "spaces": [describe(part) for part in space.spaces]}
    if isinstance(space, spaces.Dict):
        return {"kind": "dict", "keys": list(space.spaces), "spaces": [describe(part) for part in space.spaces.values()]}
    raise Fault(f"has a space of a kind that rlrun does not know: {type(space).__name__}", usage=True)


def width(space):
    if isinstance(space, (spaces.Tuple, spaces.Dict)):
        return sum(width(part) for part in parts(space))
    return 1 if isinstance(space, spaces.Discrete) else int(np.prod(space.shape))


def parts(space):
    return list(space.spaces.values()) if isinstance(space, spaces.Dict) else list(space.spaces)


def writer(space, name="an observation"):
    """A function that writes a member of the space into a row of its width."""
    if isinstance(space, spaces.Discrete):

        def write(row, value):
            if not isinstance(value, (int, np.integer)):
                if not (isinstance(value, np.ndarray) and value.shape == () and value.dtype.kind in "iub"):
                    raise Fault(f"gave {name} {value!r:.100}, which is not an integer")
            row[0] = value

        return write
    if isinstance(space, (spaces.Tuple, spaces.Dict)):
        is_dict = isinstance(space, spaces.Dict)
        keys = list(space.spaces) if is_dict else list(range(len(space.spaces)))
        fields, start = [], 0
        for key, part in zip(keys, parts(space)):
            end = start + width(part)
            fields.append((key, start, end, writer(part, f"{name.removeprefix('an ')}[{key!r}]")))
            start = end

        def write(row, value):
            if not isinstance(value, dict if is_dict else (tuple, list)):
                raise Fault(f"gave {name} as {type(value).__name__}, not {'dict' if is_dict else 'tuple'}")
            for key, start, end, write_part in fields:
                try:
                    part = value[key]
                except (KeyError, IndexError):
                    raise Fault(f"gave {name} without {key!r}") from None
                write_part(row[start:end], part)

        return write
    shape, dtype = space.shape, space.dtype
    first = space.start.reshape(-1) if isinstance(space, spaces.MultiDiscrete) and hasattr(space, "start") else None

    def write(row, value):
        if type(value) is not np.ndarray:
            value = np.asarray(value)
        if value.shape != shape:
            raise Fault(f"gave {name} of shape {value.shape}, not {shape}")
        if value.dtype != dtype and not np.can_cast(value.dtype, dtype, "same_kind"):
            raise Fault(f"gave {name} of type {value.dtype}, not {dtype}")
        row[:] = value if value.ndim == 1 else value.reshape(-1)
        if first is not None:
            row -= first

    return write


def reader(space):
    """A function that makes actions of rows, [N, A], of which it returns a list."""
    if isinstance(space, spaces.Discrete):
        return lambda block: list(block[:, 0].astype(np.int64))
    if isinstance(space, spaces.Box):
        low, high = space.low.reshape(-1), space.high.reshape(-1)

        def read(block):
            values = block if space.dtype.kind == "f" else np.rint(block)
            # Agents may propose anything; environments get what their space holds.
            values = np.clip(values.astype(space.dtype if space.dtype.kind == "f" else np.float64), low, high)
            return list(values.astype(space.dtype, copy=False).reshape(len(block), *space.shape))

        return read
    if isinstance(space, spaces.MultiDiscrete):
        first = space.start if hasattr(space, "start") else 0
        return lambda block: list(block.astype(space.dtype).reshape(len(block), *space.shape) + first)
    if isinstance(space, spaces.MultiBinary):
        return lambda block: list(block.astype(space.dtype).reshape(len(block), *space.shape))
    fields, start = [], 0
    for part in parts(space):
        end = start + width(part)
        fields.append((start, end, reader(part)))
        start = end
    if isinstance(space, spaces.Dict):
        keys = list(space.spaces)
        make = lambda values: dict(zip(keys, values))
    else:
        make = tuple
    return lambda block: [make(values) for values in zip(*(read(block[:, start:end]) for start, end, read in fields))]


# Environments.


def make(config):
    name, options = config["name"], config["options"]
    if not name.endswith("()"):
        spec = None
        try:
            module, _, key = name.rpartition(":")
            if module:
                importlib.import_module(module)
            spec = gymnasium.registry.get(key)
            env = gymnasium.make(name, disable_env_checker=True, max_episode_steps=-1, **options)
        except gymnasium.error.UnregisteredEnv as error:
            raise Fault(" ".join(str(error).split()), usage=True) from None
        except ModuleNotFoundError as error:
            raise missing(error, module) from None
        return env, spec.max_episode_steps if spec else None, spec.reward_threshold if spec else None
    path, _, function = name[:-2].rpartition(".")
    try:
        module = importlib.import_module(path)
    except ModuleNotFoundError as error:
        raise missing(error, path) from None
    if not callable(getattr(module, function, None)):
        raise Fault(f"the module {path} has no function '{function}'", usage=True)
    env = getattr(module, function)(**options)
    if not isinstance(env, gymnasium.Env):
        raise Fault(f"{name} returned {type(env).__name__}, which is not a gymnasium.Env", usage=True)
    return env, None, None


def missing(error, module):
    if error.name and (module == error.name or module.startswith(error.name + ".")):
        return Fault(f"there is no Python module '{error.name}' in this folder or on PYTHONPATH", usage=True)
    return error


def mask_of(info, space):
    mask = info["action_mask"]
    if isinstance(mask, (tuple, list)) and isinstance(space, spaces.MultiDiscrete):
        mask = np.concatenate([np.asarray(part).reshape(-1) for part in mask])
    return np.asarray(mask).reshape(-1)


def restores(env):
    """Why a copy by pickle does not go on as the environment itself does, or None where it does."""
    try:
        env.reset(seed=0)
        env.action_space.seed(0)
        actions = [env.action_space.sample() for _ in range(8)]
        for action in actions[:4]:
            _, _, terminated, truncated, _ = env.step(action)
            if terminated or truncated:
                env.reset()
        copy = load(dump(env))
        for action in actions[4:]:
            results = [one.step(action) for one in (env, copy)]
            if not same(results[0][:4], results[1][:4]):
                return "a copy of it by pickle does not go on as it does"
            if results[0][2] or results[0][3]:
                results = [one.reset() for one in (env, copy)]
                if not same(results[0][0], results[1][0]):
                    return "a copy of it by pickle does not start the same episodes"
        if not same(env.reset()[0], copy.reset()[0]):
            return "a copy of it by pickle does not start the same episodes"
        copy.close()
    except Exception as error:
        return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
    return None


def same(one, other):
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, (tuple, list)):
        return len(one) == len(other) and all(same(*pair) for pair in zip(one, other))
    one, other = np.asarray(one), np.asarray(other)
    return one.dtype == other.dtype and one.tobytes() == other.tobytes()


def dump(env):
    import pickle

    try:
        return pickle.dumps(env, protocol=5)
    except Exception:
        import cloudpickle

        return cloudpickle.dumps(env, protocol=5)


def load(data):
    import pickle

    return pickle.loads(data)


def origin(env):
    """Packages, and the file of the environment's class with its SHA-256."""
    import hashlib
    import importlib.metadata
    import platform

    versions = {"python": platform.python_version(), "gymnasium": gymnasium.__version__, "numpy": np.__version__}
    name = type(env.unwrapped).__module__
    top = name.partition(".")[0]
    if top not in versions:
        try:
            names = importlib.metadata.packages_distributions().get(top, [])
            if names:
                versions[names[0]] = importlib.metadata.version(names[0])
        except Exception:
            pass
    path = getattr(sys.modules.get(name), "__file__", None)
    digest = None
    if path:
        with open(path, "rb") as file:
            digest = hashlib.sha256(file.read()).hexdigest()
    return {"versions": versions, "module": name, "sha256": digest, "executable": sys.executable}


def arguments(config):
    """Keyword arguments that make the environment, with what they are without a word."""
    import inspect

    name = config["name"]
    given = {}
    if name.endswith("()"):
        path, _, function = name[:-2].rpartition(".")
        maker = getattr(sys.modules[path], function)
    else:
        # Of an id without its version there is no such entry.
        spec = gymnasium.registry.get(name.rpartition(":")[2])
        if spec is None:
            return []
        given = spec.kwargs
        maker = spec.entry_point
        maker = gymnasium.envs.registration.load_env_creator(maker) if isinstance(maker, str) else maker
    try:
        parameters = inspect.signature(maker).parameters.values()
    except (TypeError, ValueError):
        return []
    page = []
    for one in parameters:
        if one.kind in (one.VAR_POSITIONAL, one.VAR_KEYWORD, one.POSITIONAL_ONLY):
            continue
        default = given.get(one.name, one.default)
        kind = one.annotation
        if kind is one.empty:
            kind = "" if default is one.empty or default is None else type(default)
        kind = kind if isinstance(kind, str) else kind.__name__ if isinstance(kind, type) else str(kind)
        page.append({"name": one.name, "default": "" if default is one.empty else repr(default)[:100], "kind": kind[:100]})
    return page


def listed(config):
    """What is registered; with a module's name, by it and its parts."""
    module = config["name"]
    before = set(gymnasium.registry)
    if module and module not in before:
        try:
            importlib.import_module(module)
        except ModuleNotFoundError as error:
            raise missing(error, module) from None
    page = []
    for key, spec in gymnasium.registry.items():
        maker = spec.entry_point
        if not isinstance(maker, str):
            maker = f"{getattr(maker, '__module__', '')}:{getattr(maker, '__qualname__', maker)}"
        place = maker.partition(":")[0]
        if module and key != module and key in before and place != module and not place.startswith(module + "."):
            continue
        page.append({"id": key, "limit": spec.max_episode_steps, "threshold": spec.reward_threshold, "maker": maker})
    if not page:
        raise Fault(f"the module {module} registers no environment with Gymnasium", usage=True)
    return page


def summary(env):
    """The first line of the class's documentation that is no heading."""
    lines = [line.strip() for line in (type(env.unwrapped).__doc__ or "").split("\n")]
    return next((line for line in lines if line and not line.startswith("#")), "an environment in Python")


class Stage:
    """What a description is at, for the report of a failure."""

    now = "constructor"


def described(config):
    env, limit, threshold = make(config)
    Stage.now = "reset"
    page = {"limit": limit, "threshold": threshold, "masks": None, "text": summary(env)}
    page["observations"], page["actions"] = describe(env.observation_space), describe(env.action_space)
    _, info = env.reset(seed=0)
    if isinstance(info, dict) and "action_mask" in info:
        page["masks"] = len(mask_of(info, env.action_space))
    page["origin"] = origin(env)
    page["arguments"] = arguments(config)
    page["restores"] = restores(env)
    return page


class Worker:
    """Some of a vector's environments: the rows from `first` to `end`."""

    def __init__(self, config):
        self.first, self.count = config["first"], config["count"]
        self.limit = config.get("limit") or sys.maxsize
        self.reset_mode = config["reset"]
        self.place, self.where, self.envs = 0, "its constructor", []

    def open(self, config):
        import mmap

        memory = mmap.mmap(MEMORY, config["bytes"])
        rows = config["rows"]

        def column(name, dtype, width):
            start, size = config["columns"][name], rows * width
            values = np.frombuffer(memory, dtype, size, start).reshape(rows, width)
            return values[self.first : self.first + self.count]

        for index in range(self.count):
            self.place = index
            self.envs.append(make(config)[0])
        env = self.envs[0]
        self.space = env.action_space
        dtype = np.uint8 if config["has_bytes"] else np.float32
        self.actions = column("actions", np.float32, width(env.action_space))
        observations = column("observations", dtype, width(env.observation_space))
        finals = column("finals", dtype, width(env.observation_space))
        self.observations, self.finals = list(observations), list(finals)
        self.rewards = column("rewards", np.float64, 1)[:, 0]
        self.endings = column("endings", np.uint8, 1)[:, 0]
        self.masks = column("masks", np.uint8, config["masks"]) if config["masks"] else None
        self.write, self.read = writer(env.observation_space), reader(env.action_space)
        self.elapsed = [0] * self.count
        self.waiting = [False] * self.count

    def start(self, index, **seed):
        self.place, self.where = index, "reset"
        given = self.envs[index].reset(**seed)
        if not (isinstance(given, tuple) and len(given) == 2):
            raise Fault("did not return (observation, info)")
        self.write(self.observations[index], given[0])
        if self.masks is not None:
            self.take_mask(index, given[1])
        self.elapsed[index] = 0
        self.waiting[index] = False

    def take_mask(self, index, info):
        if "action_mask" not in info:
            raise Fault("gave no action_mask, which it has given before")
        mask = mask_of(info, self.space)
        if len(mask) != self.masks.shape[1]:
            raise Fault(f"gave an action_mask of {len(mask)} flags, not {self.masks.shape[1]}")
        self.masks[index] = mask != 0

    def step(self):
        actions = self.read(self.actions)
        envs, observations, write = self.envs, self.observations, self.write
        elapsed, rewards, endings, limit = self.elapsed, self.rewards, self.endings, self.limit
        self.where = "step"
        index = 0
        for index in range(self.count):
            self.place = index
            if self.waiting[index]:
                if self.reset_mode == "next-step":
                    self.start(index)
                    self.where = "step"
                    rewards[index], endings[index] = 0, 0
                continue
            given = envs[index].step(actions[index])
            try:
                observation, reward, terminated, truncated, info = given
            except (TypeError, ValueError):
                raise Fault("did not return (observation, reward, terminated, truncated, info)") from None
            write(observations[index], observation)
            try:
                rewards[index] = reward
            except (TypeError, ValueError):
                raise Fault(f"gave the reward {reward!r:.100}, which is not a number") from None
            elapsed[index] += 1
            if self.masks is not None:
                self.take_mask(index, info)
            if terminated:
                endings[index] = 1
            elif truncated or elapsed[index] >= limit:
                endings[index] = 2
            else:
                endings[index] = 0
                continue
            self.finals[index][:] = observations[index]
            if self.reset_mode == "same-step":
                self.start(index)
                self.where = "step"
            else:
                self.waiting[index] = True

    def seed(self, seeds):
        # For environments that draw from global generators.
        import random

        random.seed(seeds[0])
        np.random.seed(seeds[0] % 2**32)
        for index in range(self.count):
            self.start(index, seed=seeds[index])

    def choose(self, chosen):
        for index in chosen:
            self.start(index)

    def snapshot(self):
        import base64

        self.where = "pickling"
        states = []
        for index in range(self.count):
            self.place = index
            # A copy's pickle: those of an environment and of its copy differ in which equal strings are one.
            states.append(base64.b64encode(dump(load(dump(self.envs[index])))).decode())
        return {"states": states, "elapsed": self.elapsed, "waiting": self.waiting}

    def restore(self, saved):
        import base64

        self.where = "unpickling"
        for index in range(self.count):
            self.place = index
            self.envs[index].close()
            self.envs[index] = load(base64.b64decode(saved["states"][index]))
        self.elapsed, self.waiting = saved["elapsed"], saved["waiting"]

    def close(self):
        for env in self.envs:
            env.close()


def main():
    _, length = receive(1), int.from_bytes(receive(4), "little")
    config = json.loads(receive(length))
    worker = None
    try:
        if config.get("lists"):
            Stage.now = "registration"
            return send_json(b"d", listed(config))
        if config["describes"]:
            return send_json(b"d", described(config))
        worker = Worker(config)
        worker.open(config)
        send(b"k")
        while True:
            header = receive(5)
            letter = header[:1]
            if letter == b"s":
                worker.step()
                send(b"k")
                continue
            payload = receive(int.from_bytes(header[1:], "little"))
            if letter == b"q":
                return worker.close()
            if letter == b"p":
                send_json(b"d", worker.snapshot())
                continue
            {b"r": worker.seed, b"c": worker.choose, b"u": worker.restore}[letter](json.loads(payload))
            send(b"k")
    except BaseException as error:
        if worker is None:
            fail(error, "the environment", f" in its {Stage.now}")
        else:
            fail(error, f"environment {worker.first + worker.place}", f" in {worker.where}")


try:
    main()
finally:
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
