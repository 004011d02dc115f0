"""PPO, A2C, DQN, SAC and TD3 with Stable-Baselines3's constructors."""

from __future__ import annotations

from typing import Any

from . import arguments
from .base import BaseAlgorithm


class PPO(BaseAlgorithm):
    """Proximal policy optimization, with Stable-Baselines3's arguments.

    >>> import rlrun, tempfile
    >>> rlrun.set_store(tempfile.mkdtemp() + "/runs")
    >>> model = PPO("MlpPolicy", "CartPole-v1", n_steps=64, policy_kwargs=dict(net_arch=[16]), seed=1)
    >>> model.learn(128).num_timesteps
    128
    """

    agent = "ppo"

    def __init__(
        self, policy: Any, env: Any, learning_rate: float | arguments.Schedule = 3e-4, n_steps: int = 2048,
        batch_size: int = 64, n_epochs: int = 10, gamma: float = 0.99, gae_lambda: float = 0.95,
        clip_range: float | arguments.Schedule = 0.2, clip_range_vf: None | float | arguments.Schedule = None,
        normalize_advantage: bool = True, ent_coef: float = 0.0, vf_coef: float = 0.5, max_grad_norm: float = 0.5,
        use_sde: bool = False, sde_sample_freq: int = -1, rollout_buffer_class: Any = None,
        rollout_buffer_kwargs: dict[str, Any] | None = None, target_kl: float | None = None, stats_window_size: int = 100,
        tensorboard_log: str | None = None, policy_kwargs: dict[str, Any] | None = None, verbose: int = 0,
        seed: int | None = None, device: Any = "auto", _init_setup_model: bool = True,
    ) -> None:
        super().__init__(policy, env, _given(locals()), verbose, seed)


class A2C(BaseAlgorithm):
    """Advantage actor-critic, with Stable-Baselines3's arguments."""

    agent = "a2c"

    def __init__(
        self, policy: Any, env: Any, learning_rate: float | arguments.Schedule = 7e-4, n_steps: int = 5, gamma: float = 0.99,
        gae_lambda: float = 1.0, ent_coef: float = 0.0, vf_coef: float = 0.5, max_grad_norm: float = 0.5,
        rms_prop_eps: float = 1e-5, use_rms_prop: bool = True, use_sde: bool = False, sde_sample_freq: int = -1,
        rollout_buffer_class: Any = None, rollout_buffer_kwargs: dict[str, Any] | None = None,
        normalize_advantage: bool = False, stats_window_size: int = 100, tensorboard_log: str | None = None,
        policy_kwargs: dict[str, Any] | None = None, verbose: int = 0, seed: int | None = None, device: Any = "auto",
        _init_setup_model: bool = True,
    ) -> None:
        super().__init__(policy, env, _given(locals()), verbose, seed)


class DQN(BaseAlgorithm):
    """Deep Q-learning, with Stable-Baselines3's arguments."""

    agent = "dqn"

    def __init__(
        self, policy: Any, env: Any, learning_rate: float | arguments.Schedule = 1e-4, buffer_size: int = 1_000_000,
        learning_starts: int = 100, batch_size: int = 32, tau: float = 1.0, gamma: float = 0.99,
        train_freq: int | tuple[int, str] = 4, gradient_steps: int = 1, replay_buffer_class: Any = None,
        replay_buffer_kwargs: dict[str, Any] | None = None, optimize_memory_usage: bool = False, n_steps: int = 1,
        target_update_interval: int = 10_000, exploration_fraction: float = 0.1, exploration_initial_eps: float = 1.0,
        exploration_final_eps: float = 0.05, max_grad_norm: float = 10, stats_window_size: int = 100,
        tensorboard_log: str | None = None, policy_kwargs: dict[str, Any] | None = None, verbose: int = 0,
        seed: int | None = None, device: Any = "auto", _init_setup_model: bool = True,
    ) -> None:
        super().__init__(policy, env, _given(locals()), verbose, seed)


class SAC(BaseAlgorithm):
    """Soft actor-critic, with Stable-Baselines3's arguments."""

    agent = "sac"

    def __init__(
        self, policy: Any, env: Any, learning_rate: float | arguments.Schedule = 3e-4, buffer_size: int = 1_000_000,
        learning_starts: int = 100, batch_size: int = 256, tau: float = 0.005, gamma: float = 0.99,
        train_freq: int | tuple[int, str] = 1, gradient_steps: int = 1, action_noise: Any = None,
        replay_buffer_class: Any = None, replay_buffer_kwargs: dict[str, Any] | None = None,
        optimize_memory_usage: bool = False, n_steps: int = 1, ent_coef: str | float = "auto",
        target_update_interval: int = 1, target_entropy: str | float = "auto", use_sde: bool = False,
        sde_sample_freq: int = -1, use_sde_at_warmup: bool = False, stats_window_size: int = 100,
        tensorboard_log: str | None = None, policy_kwargs: dict[str, Any] | None = None, verbose: int = 0,
        seed: int | None = None, device: Any = "auto", _init_setup_model: bool = True,
    ) -> None:
        super().__init__(policy, env, _given(locals()), verbose, seed)


class TD3(BaseAlgorithm):
    """Twin delayed DDPG, with Stable-Baselines3's arguments."""

    agent = "td3"

    def __init__(
        self, policy: Any, env: Any, learning_rate: float | arguments.Schedule = 1e-3, buffer_size: int = 1_000_000,
        learning_starts: int = 100, batch_size: int = 256, tau: float = 0.005, gamma: float = 0.99,
        train_freq: int | tuple[int, str] = 1, gradient_steps: int = 1, action_noise: Any = None,
        replay_buffer_class: Any = None, replay_buffer_kwargs: dict[str, Any] | None = None,
        optimize_memory_usage: bool = False, n_steps: int = 1, policy_delay: int = 2, target_policy_noise: float = 0.2,
        target_noise_clip: float = 0.5, stats_window_size: int = 100, tensorboard_log: str | None = None,
        policy_kwargs: dict[str, Any] | None = None, verbose: int = 0, seed: int | None = None, device: Any = "auto",
        _init_setup_model: bool = True,
    ) -> None:
        super().__init__(policy, env, _given(locals()), verbose, seed)


def _given(names: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in names.items() if name not in ("self", "policy", "env", "verbose", "seed", "__class__")}
