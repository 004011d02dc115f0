"""Trains rejax's PPO (JAX, the whole training loop compiled) on CartPole-v1 with the zoo's values as near as it has them.

One JSON line a seed: seconds of training without compiling, and seconds of compiling. Nothing is evaluated. rejax has
no annealing: its learning rate and clip range stay at the zoo's starting values, which costs it no time and saves none.
"""

import os

import peer

os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import time

import jax
import jax.numpy as jnp
from importlib.metadata import version
from rejax import PPO


def algorithm(steps):
    zoo = peer.preset("zoo", "ppo", "CartPole-v1")
    steps = steps or zoo["n_timesteps"]
    batch = zoo["n_envs"] * zoo["n_steps"]
    trainer = PPO.create(
        env="CartPole-v1", total_timesteps=steps, eval_freq=steps, skip_initial_evaluation=True,
        num_envs=zoo["n_envs"], num_steps=zoo["n_steps"], num_epochs=zoo["n_epochs"],
        num_minibatches=batch // zoo["batch_size"], gamma=zoo["gamma"], gae_lambda=zoo["gae_lambda"],
        ent_coef=zoo["ent_coef"], learning_rate=starting(zoo["learning_rate"]), clip_eps=starting(zoo["clip_range"]),
        max_grad_norm=0.5, vf_coef=0.5, agent_kwargs={"activation": "tanh"})
    return trainer.replace(eval_callback=lambda trainer, state, key: jnp.zeros(()))


def starting(value):
    return float(value.removeprefix("lin_"))


def main():
    arguments = peer.options(__doc__).parse_args()
    trainer = algorithm(arguments.steps)
    keys = [jax.random.PRNGKey(seed) for seed in arguments.seeds]
    start = time.perf_counter()
    train = jax.jit(lambda key: trainer.train(key)).lower(keys[0]).compile()
    compile_seconds = time.perf_counter() - start
    for seed, key in zip(arguments.seeds, keys):
        figures = {"peer": "rejax", "version": version("rejax"), "seed": seed, "compile_seconds": compile_seconds}
        with peer.timed(figures):
            state, _ = jax.block_until_ready(train(key))
        figures["steps"] = int(state.global_step)
        peer.report(figures)


if __name__ == "__main__":
    main()
