"""Native environments as Gymnasium's vectors: the very episodes of Gymnasium's own, in each of its modes."""

import warnings

import gymnasium
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode, SyncVectorEnv

import rlrun

MODES = [AutoresetMode.NEXT_STEP, AutoresetMode.SAME_STEP, AutoresetMode.DISABLED]


def pair(id, count, mode):
    ours = rlrun.make_vec(id, count, autoreset_mode=mode)
    theirs = SyncVectorEnv([lambda: gymnasium.make(id) for _ in range(count)], autoreset_mode=mode)
    return ours, theirs


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("id", ["CartPole-v1", "MountainCar-v0", "Acrobot-v1"])
def test_steps_equal_gymnasiums(id, mode):
    ours, theirs = pair(id, 3, mode)
    assert ours.single_observation_space == theirs.single_observation_space
    assert ours.action_space == theirs.action_space
    a, _ = ours.reset(seed=123)
    b, _ = theirs.reset(seed=123)
    np.testing.assert_array_equal(a, b)
    generator = np.random.default_rng(0)
    for _ in range(300):
        actions = generator.integers(0, ours.single_action_space.n, 3)
        a, b = ours.step(actions), theirs.step(actions)
        np.testing.assert_allclose(a[0], b[0], rtol=1e-6)
        for place in (1, 2, 3):
            np.testing.assert_array_equal(a[place], b[place])
        if mode is AutoresetMode.DISABLED and (a[2] | a[3]).any():
            mask = a[2] | a[3]
            np.testing.assert_allclose(
                ours.reset(options={"reset_mask": mask})[0], theirs.reset(options={"reset_mask": mask})[0], rtol=1e-6)


def test_final_observations_are_gymnasiums():
    ours, theirs = pair("CartPole-v1", 4, AutoresetMode.SAME_STEP)
    ours.reset(seed=5), theirs.reset(seed=5)
    seen = 0
    for _ in range(100):
        actions = np.ones(4, int)
        _, _, _, _, mine = ours.step(actions)
        _, _, _, _, other = theirs.step(actions)
        assert ("final_obs" in mine) == ("final_obs" in other)
        if "final_obs" in mine:
            np.testing.assert_array_equal(mine["_final_obs"], other["_final_obs"])
            for place in np.flatnonzero(mine["_final_obs"]):
                np.testing.assert_allclose(mine["final_obs"][place], other["final_obs"][place], rtol=1e-6)
                seen += 1
    assert seen > 8


@pytest.mark.parametrize("id", ["Pendulum-v1", "FrozenLake-v1", "Blackjack-v1", "MountainCarContinuous-v0"])
def test_observations_and_actions_are_members_of_their_spaces(id):
    envs = rlrun.make_vec(id, 3)
    envs.action_space.seed(1)
    observations, _ = envs.reset(seed=1)
    assert envs.observation_space.contains(observations)
    for _ in range(20):
        observations, rewards, terminations, truncations, infos = envs.step(envs.action_space.sample())
        assert envs.observation_space.contains(observations)
        assert (rewards.dtype, terminations.dtype, truncations.dtype) == (np.float64, np.bool_, np.bool_)


def test_a_reset_without_a_seed_goes_on_with_the_generators():
    ours, theirs = pair("CartPole-v1", 2, AutoresetMode.NEXT_STEP)
    ours.reset(seed=7), theirs.reset(seed=7)
    np.testing.assert_array_equal(ours.reset()[0], theirs.reset()[0])
    np.testing.assert_array_equal(ours.reset(seed=[3, 4])[0], theirs.reset(seed=[3, 4])[0])


def test_what_is_returned_is_not_changed_by_later_steps():
    envs = rlrun.make_vec("CartPole-v1", 2)
    first, _ = envs.reset(seed=1)
    copy = first.copy()
    envs.step(np.zeros(2, int))
    np.testing.assert_array_equal(first, copy)


@pytest.mark.parametrize("id", ["CartPole-v1", "Pendulum-v1", "FrozenLake-v1", "Blackjack-v1", "Taxi-v4", "LunarLander-v3"])
def test_gymnasiums_checker_passes(id):
    from gymnasium.utils.env_checker import check_env

    env = rlrun.make(id)
    with warnings.catch_warnings():
        # It has no spec, and no module of Gymnasium's knows its id.
        warnings.simplefilter("ignore")
        check_env(env, skip_render_check=True)


def test_one_environment_plays_gymnasiums_episode():
    ours, theirs = rlrun.make("Acrobot-v1"), gymnasium.make("Acrobot-v1")
    np.testing.assert_array_equal(ours.reset(seed=3)[0], theirs.reset(seed=3)[0])
    for action in [0, 1, 2] * 20:
        a, b = ours.step(action), theirs.step(action)
        np.testing.assert_allclose(a[0], b[0], rtol=1e-6)
        assert a[1:] == b[1:]


def test_a_spec_makes_another_one():
    env = rlrun.make("CartPole-v1:sutton_barto_reward=true")
    assert (env.spec.id, env.spec.kwargs["id"], env.spec.max_episode_steps, env.spec.reward_threshold) == ("CartPole-v1", env.id, 500, 475)
    other = gymnasium.make(env.spec)
    np.testing.assert_array_equal(other.reset(seed=3)[0], env.reset(seed=3)[0])
    assert other.step(1)[1] == env.step(1)[1] == 0
    assert rlrun.make_vec("Taxi-v4", 2).spec.id == "Taxi-v4"


def test_errors_are_sentences():
    with pytest.raises(rlrun.Error, match="did you mean 'CartPole-v1'"):
        rlrun.make_vec("CartPole-v2", 1)
    with pytest.raises(rlrun.Error, match="1 to"):
        rlrun.make_vec("CartPole-v1", 0)
    envs = rlrun.make_vec("CartPole-v1", 2)
    with pytest.raises(rlrun.Error, match="reset the vector"):
        envs.step(np.zeros(2, int))
    envs.reset(seed=1)
    with pytest.raises(rlrun.Error, match="environment 1 got an action"):
        envs.step(np.array([0, 9]))
    with pytest.raises(rlrun.Error, match="count up by one"):
        envs.reset(seed=[5, 9])
    envs.close()
    with pytest.raises(rlrun.Error, match="closed"):
        envs.step(np.zeros(2, int))


def test_an_ended_environment_that_nobody_resets_is_an_error():
    envs = rlrun.make_vec("CartPole-v1", 1, autoreset_mode="Disabled")
    envs.reset(seed=1)
    with pytest.raises(rlrun.Error, match="has ended: reset it"):
        for _ in range(200):
            envs.step(np.array([1]))
