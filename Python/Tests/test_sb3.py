"""Stable-Baselines3's classes: every argument is honoured or refused by name; what is learnt, saved, loaded and evaluated."""

import inspect
import pathlib

import gymnasium
import numpy as np
import pytest

import rlrun
from rlrun._library import call
from rlrun.sb3 import (
    A2C, DQN, PPO, SAC, TD3, BaseCallback, EvalCallback, StopTrainingOnRewardThreshold, VecEnv, evaluate_policy, make_vec_env,
)
from rlrun.sb3 import arguments

ALGORITHMS = {PPO: "CartPole-v1", A2C: "CartPole-v1", DQN: "CartPole-v1", SAC: "Pendulum-v1", TD3: "Pendulum-v1"}


class Noise:
    def __init__(self, mean, sigma):
        self._mu, self._sigma = np.asarray(mean), np.asarray(sigma)


NormalActionNoise = type("NormalActionNoise", (Noise,), {})

#: For every argument that is honoured, another value than the default, and the settings that it comes to.
OTHERS = {
    "learning_rate": (0.01, {"learning_rate": 0.01}), "batch_size": (16, {"batch_size": 16}),
    "n_epochs": (3, {"n_epochs": 3}), "gamma": (0.9, {"gamma": 0.9}), "gae_lambda": (0.8, {"gae_lambda": 0.8}),
    "clip_range": (0.1, {"clip_range": 0.1}), "clip_range_vf": (0.3, {"clip_range_vf": 0.3}),
    "normalize_advantage": (None, {}), "ent_coef": (0.02, {"ent_coef": 0.02}), "vf_coef": (0.4, {"vf_coef": 0.4}),
    "max_grad_norm": (0.7, {"max_grad_norm": 0.7}), "target_kl": (0.05, {"target_kl": 0.05}),
    "n_steps": (3, {"n_steps": 3}), "use_rms_prop": (False, {"use_rms_prop": False}),
    "buffer_size": (5_000, {"buffer_size": 5_000}), "learning_starts": (7, {"learning_starts": 7}),
    "tau": (0.5, {"tau": 0.5}), "train_freq": ((2, "step"), {"train_freq": 2}), "gradient_steps": (-1, {"gradient_steps": -1}),
    "target_update_interval": (9, {"target_update_interval": 9}),
    "exploration_fraction": (0.3, {"exploration_fraction": 0.3}),
    "exploration_initial_eps": (0.9, {"exploration_initial_eps": 0.9}),
    "exploration_final_eps": (0.02, {"exploration_final_eps": 0.02}), "target_entropy": (-2.0, {"target_entropy": -2.0}),
    "policy_delay": (3, {"policy_delay": 3}), "target_policy_noise": (0.3, {"target_policy_noise": 0.3}),
    "target_noise_clip": (0.4, {"target_noise_clip": 0.4}),
    "action_noise": (NormalActionNoise([0.0], [0.2]), {"noise_type": "normal", "noise_std": 0.2}),
    "policy_kwargs": (dict(net_arch=[8, 8], activation_fn="ReLU"), {"net_arch": [8, 8], "activation_fn": "relu"}),
}
WITHOUT_EFFECT = {"device": "cpu", "optimize_memory_usage": True, "verbose": 1}
#: A value that is refused.
REFUSED = {
    "use_sde": True, "sde_sample_freq": 4, "use_sde_at_warmup": True, "rollout_buffer_class": object,
    "rollout_buffer_kwargs": {"a": 1}, "replay_buffer_class": object, "replay_buffer_kwargs": {"a": 1},
    "stats_window_size": 50, "rms_prop_eps": 1e-3, "tensorboard_log": "logs", "_init_setup_model": False,
}


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_argument_is_honoured_or_refused_by_name(algorithm):
    defaults = {one["name"]: one["default"] for one in call("training.settings", agent=algorithm.agent)}
    env = ALGORITHMS[algorithm]
    for name, parameter in inspect.signature(algorithm).parameters.items():
        if name in ("policy", "env", "seed"):
            continue
        if name in WITHOUT_EFFECT:
            changed = algorithm("MlpPolicy", env, seed=1, **{name: WITHOUT_EFFECT[name]})
            assert changed._settings == algorithm("MlpPolicy", env, seed=1)._settings
        elif name in REFUSED:
            value = REFUSED.get(name, OTHERS.get(name, (None,))[0])
            with pytest.raises(rlrun.Error, match=name):
                algorithm("MlpPolicy", env, seed=1, **{name: value})
            algorithm("MlpPolicy", env, seed=1, **{name: parameter.default})
        else:
            value, expected = OTHERS[name]
            if name == "normalize_advantage":
                value = not parameter.default
                expected = {name: value}
            run = rlrun.load_run(algorithm("MlpPolicy", env, seed=1, **_small(algorithm, name, value)).learn(1).run_id)
            for setting, wanted in expected.items():
                assert setting in defaults
                assert run.params[setting] == wanted, setting


def _small(algorithm, name, value):
    """The argument, with a training that takes no time."""
    small = {"n_steps": 8} if algorithm in (PPO, A2C) else {"learning_starts": 1, "buffer_size": 300, "batch_size": 4}
    if algorithm is PPO:
        small["batch_size"] = 8
    return {**small, name: value}


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_defaults_are_those_of_the_agent(algorithm):
    defaults = {one["name"]: one["default"] for one in call("training.settings", agent=algorithm.agent)}
    for name, value in algorithm("MlpPolicy", ALGORITHMS[algorithm], seed=1)._settings.items():
        assert value == defaults[name], name


def test_schedules_are_constant_or_linear():
    assert arguments.schedule("learning_rate", lambda remaining: 0.5) == 0.5
    assert arguments.schedule("learning_rate", lambda remaining: remaining * 0.25) == "lin_0.25"
    with pytest.raises(rlrun.Error, match="learning_rate"):
        arguments.schedule("learning_rate", lambda remaining: remaining**2)
    model = PPO("MlpPolicy", "CartPole-v1", learning_rate=lambda remaining: remaining * 0.25, n_steps=8, batch_size=8, seed=1)
    assert rlrun.load_run(model.learn(16).run_id).params["learning_rate"] == "lin_0.25"


@pytest.mark.parametrize(
    ("keywords", "word"),
    [(dict(net_arch=dict(pi=[8], vf=[16])), "net_arch"), (dict(optimizer_class="SGD"), "optimizer_class"), (dict(frob=1), "frob")])
def test_policy_keywords_that_are_not_supported_are_named(keywords, word):
    with pytest.raises(rlrun.Error, match=word):
        PPO("MlpPolicy", "CartPole-v1", policy_kwargs=keywords)


def test_wrong_values_are_named():
    with pytest.raises(rlrun.Error, match="gamma"):
        PPO("MlpPolicy", "CartPole-v1", gamma=2.0)
    with pytest.raises(rlrun.Error, match="CnnPolicy"):
        PPO("CnnPolicy", "CartPole-v1")
    with pytest.raises(rlrun.Error, match="did you mean"):
        PPO("MlpPolicy", "CartPol-v1")
    with pytest.raises(rlrun.Error, match="Discrete"):
        DQN("MlpPolicy", "Pendulum-v1")
    with pytest.raises(rlrun.Error, match="device"):
        PPO("MlpPolicy", "CartPole-v1", device="cuda")
    with pytest.raises(rlrun.Error, match="total_timesteps"):
        PPO("MlpPolicy", "CartPole-v1").learn(0)


def test_ppo_learns_cartpole_and_the_run_is_that_of_the_command_line():
    model = PPO("MlpPolicy", make_vec_env("CartPole-v1", 8), n_steps=32, batch_size=256, n_epochs=20, gae_lambda=0.8, gamma=0.98,
                learning_rate=0.001, seed=1).learn(40_000)
    mean, _ = evaluate_policy(model, "CartPole-v1", 20, seed=5)
    assert mean > 300
    run = rlrun.load_run(model.run_id)
    assert (run.agent, run.environment, run.params["n_envs"], run.seed, run.status) == ("ppo", "CartPole-v1", 8, 1, "finished")
    assert len(run.series("rollout/ep_rew_mean")) > 10


def test_the_same_seed_learns_the_same():
    first, second = (PPO("MlpPolicy", "CartPole-v1", n_steps=64, seed=3).learn(256) for _ in range(2))
    a, b = (rlrun.load_run(model.run_id).series("train/loss").values for model in (first, second))
    np.testing.assert_array_equal(a, b)


def test_a_model_is_saved_loaded_and_learns_on(tmp_path):
    model = PPO("MlpPolicy", "CartPole-v1", n_steps=64, seed=1)
    observations = np.random.default_rng(0).normal(size=(50, 4))
    before = model.predict(observations, deterministic=True)[0]
    assert before.shape == (50,) and before.dtype == np.int64
    model.learn(512)
    model.save(tmp_path / "model")
    loaded = PPO.load(tmp_path / "model")
    np.testing.assert_array_equal(
        loaded.predict(observations, deterministic=True)[0], model.predict(observations, deterministic=True)[0])
    with pytest.raises(rlrun.Error, match="model of PPO"):
        DQN.load(tmp_path / "model")
    loaded.learn(64, reset_num_timesteps=False)
    assert loaded.num_timesteps == 576 and loaded.run_id == model.run_id
    first_run = model.run_id
    model.learn(64)
    assert model.run_id != first_run and model.num_timesteps == 64


def test_one_observation_gives_one_action():
    model = PPO("MlpPolicy", "CartPole-v1", seed=1)
    action, state = model.predict(np.zeros(4), deterministic=True)
    assert np.shape(action) == () and state is None
    assert SAC("MlpPolicy", "Pendulum-v1", seed=1).predict(np.zeros(3))[0].shape == (1,)
    with pytest.raises(ValueError, match="4 numbers"):
        model.predict(np.zeros(5))


def test_callbacks_see_each_iteration_and_end_the_training():
    class Watch(BaseCallback):
        def _on_training_start(self):
            self.steps = []

        def _on_step(self):
            self.steps.append(self.num_timesteps)
            assert "rollout/ep_rew_mean" in self.logger.name_to_value or self.n_calls == 1
            assert self.model.predict(np.zeros(4))[0] in (0, 1)
            return self.n_calls < 3

    watch = Watch()
    model = PPO("MlpPolicy", "CartPole-v1", n_steps=64, seed=1).learn(6_400, callback=watch)
    assert watch.steps == [64, 128, 192] and model.num_timesteps == 192
    seen = []
    PPO("MlpPolicy", "CartPole-v1", n_steps=64, seed=1).learn(128, callback=lambda one, _: seen.append(one["self"].num_timesteps))
    assert seen == [64, 128]


def test_an_exception_of_a_callback_is_raised():
    def fail(*_):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        PPO("MlpPolicy", "CartPole-v1", n_steps=64, seed=1).learn(640, callback=fail)


def test_evaluation_callbacks_stop_at_a_threshold(tmp_path):
    stop = StopTrainingOnRewardThreshold(5.0)
    evaluation = EvalCallback("CartPole-v1", callback_on_new_best=stop, eval_freq=64, n_eval_episodes=4, verbose=0, log_path=str(tmp_path))
    model = PPO("MlpPolicy", "CartPole-v1", n_steps=64, seed=1).learn(6_400, callback=evaluation)
    assert model.num_timesteps == 64 and evaluation.best_mean_reward > 5
    assert np.load(tmp_path / "evaluations.npz")["results"].shape == (1, 4)


@pytest.mark.parametrize("form", ["one", "list", "functions", "vector", "sync"])
def test_environments_that_are_objects_are_stepped_in_this_process(form):
    make = lambda: gymnasium.make("CartPole-v1")  # noqa: E731
    mode = gymnasium.vector.AutoresetMode.SAME_STEP
    env = {
        "one": lambda: make(), "list": lambda: [make(), make()], "functions": lambda: [make, make],
        "vector": lambda: gymnasium.vector.AsyncVectorEnv([make, make], autoreset_mode=mode),
        "sync": lambda: gymnasium.vector.SyncVectorEnv([make, make]),
    }[form]()
    count = 1 if form == "one" else 2
    model = PPO("MlpPolicy", env, n_steps=64, seed=1).learn(512)
    native = PPO("MlpPolicy", make_vec_env("CartPole-v1", count), n_steps=64, seed=1).learn(512)
    ours, theirs = (rlrun.load_run(one.run_id) for one in (model, native))
    word = "vector.async_vector_env.AsyncVectorEnv" if form == "vector" else "envs.classic_control.cartpole.CartPoleEnv"
    assert ours.environment == f"object:gymnasium.{word}"
    # CartPole in Python trains as that in Swift does, to the bits.
    np.testing.assert_array_equal(ours.series("train/loss").values, theirs.series("train/loss").values)
    mean, _ = evaluate_policy(model, make(), 3)
    assert mean > 0
    if form == "vector":
        env.close()


def test_continuous_actions_of_objects_are_clipped():
    class Box(gymnasium.Env):
        observation_space = gymnasium.spaces.Box(-1, 1, (2,))
        action_space = gymnasium.spaces.Box(-0.1, 0.1, (1,))

        def reset(self, *, seed=None, options=None):
            super().reset(seed=seed)
            self.count = 0
            return np.zeros(2, np.float32), {}

        def step(self, action):
            assert self.action_space.contains(action)
            self.count += 1
            return np.zeros(2, np.float32), float(action[0]), False, self.count == 10, {}

    for algorithm in (PPO, SAC):
        options = {"n_steps": 64} if algorithm is PPO else {"learning_starts": 20, "buffer_size": 1_000, "batch_size": 8}
        model = algorithm("MlpPolicy", Box(), seed=1, **options).learn(64)
        assert rlrun.load_run(model.run_id).metrics["rollout/ep_len_mean"] == 10


def test_what_an_environment_raises_is_raised_and_ends_the_run_as_failed():
    class Broken(gymnasium.Env):
        observation_space = gymnasium.spaces.Box(-1, 1, (2,))
        action_space = gymnasium.spaces.Discrete(2)

        def reset(self, *, seed=None, options=None):
            return np.zeros(2, np.float32), {}

        def step(self, action):
            raise ValueError("the wheel is off")

    model = PPO("MlpPolicy", Broken(), n_steps=64, seed=1)
    with pytest.raises(ValueError, match="the wheel is off"):
        model.learn(64)
    assert rlrun.runs()[0].status == "failed"


def test_the_policy_of_an_object_is_loaded_by_another_process(tmp_path, store):
    import os
    import subprocess
    import sys

    model = PPO("MlpPolicy", gymnasium.make("CartPole-v1"), n_steps=64, seed=1).learn(64)
    model.save(tmp_path / "model.zip")
    program = (
        "import rlrun, numpy as np\nfrom rlrun.sb3 import PPO\n"
        f"a = rlrun.load_policy({model.run_id!r}).predict(np.ones(4), deterministic=True)[0]\n"
        f"b = PPO.load({str(tmp_path / 'model.zip')!r}).predict(np.ones(4), deterministic=True)[0]\nprint(a, b)\n"
    )
    environment = dict(os.environ, RLRUN_STORE=store, PYTHONPATH=str(pathlib.Path(rlrun.__file__).parent.parent))
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)
    expected = int(model.predict(np.ones(4), deterministic=True)[0])
    assert done.stdout.split() == [str(expected)] * 2, done.stderr


def test_spaces_that_cannot_be_held_are_named():
    class Texts(gymnasium.Env):
        observation_space = gymnasium.spaces.Text(5)
        action_space = gymnasium.spaces.Discrete(2)

    with pytest.raises(rlrun.Error, match="Text"):
        PPO("MlpPolicy", Texts())
    with pytest.raises(rlrun.Error, match="a gymnasium.Env"):
        PPO("MlpPolicy", 5)


def test_vec_env_tells_what_stable_baselines3_expects():
    env = VecEnv("CartPole-v1", 2, seed=1)
    env.reset()
    returns = []
    for _ in range(100):
        observations, rewards, dones, infos = env.step(np.ones(2, int))
        assert observations.dtype == np.float32 and rewards.dtype == np.float32 and dones.dtype == np.bool_
        for place in np.flatnonzero(dones):
            assert infos[place]["terminal_observation"].shape == (4,)
            assert infos[place]["TimeLimit.truncated"] is False
            assert infos[place]["episode"]["r"] == infos[place]["episode"]["l"]
            returns.append(infos[place]["episode"]["r"])
    assert len(returns) > 10 and min(returns) >= 8


def test_verbose_prints_stable_baselines3s_table(capsys):
    PPO("MlpPolicy", "CartPole-v1", n_steps=64, seed=1, verbose=1).learn(128)
    text = capsys.readouterr().out
    assert "total_timesteps" in text and "rollout/" in text and "explained_variance" in text


@pytest.mark.parametrize("algorithm", [PPO, SAC, TD3, DQN, A2C])
def test_checkpoints_go_on_as_if_never_interrupted(algorithm):
    options = {"n_steps": 8} if algorithm in (PPO, A2C) else {"learning_starts": 20, "buffer_size": 1_000, "batch_size": 8}
    env = ALGORITHMS[algorithm]
    model = algorithm("MlpPolicy", env, seed=1, **options).learn(1_000)
    model.learn(1_000, reset_num_timesteps=False)
    run = rlrun.load_run(model.run_id)
    assert run.steps >= 2_000 and run.budget == 2_000 and len(rlrun.runs()) == 1
