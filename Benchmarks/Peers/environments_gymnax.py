"""Steps copies of one of gymnax's environments by random actions drawn beforehand, in compiled stretches of 256 steps; one
JSON line, compiling excluded.
"""

import os

import peer

os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

from importlib.metadata import version

import gymnax
import jax

STRETCH = 256


if __name__ == "__main__":
    asked = peer.environment_options(__doc__)
    world, parameters = gymnax.make(asked.environment)
    key, first = jax.random.split(jax.random.PRNGKey(0))
    space = world.action_space(parameters)
    shape = (STRETCH, asked.copies)
    if hasattr(space, "n"):
        rows = jax.random.randint(key, shape, 0, space.n)
    else:
        rows = jax.random.uniform(key, shape + tuple(space.shape), minval=space.low, maxval=space.high)
    reset = jax.vmap(world.reset, in_axes=(0, None))
    step = jax.vmap(world.step, in_axes=(0, 0, 0, None))

    @jax.jit
    def play(carry):
        def one(carry, actions):
            key, states, total = carry
            key, own = jax.random.split(key)
            observations, states, rewards = step(jax.random.split(own, asked.copies), states, actions, parameters)[:3]
            # The sums keep the compiler from leaving out what nobody looks at.
            return (key, states, total + rewards.sum() + observations.sum()), None

        return jax.lax.scan(one, carry, rows)[0]

    _, states = reset(jax.random.split(first, asked.copies), parameters)
    carry = [play((key, states, 0.0))]

    def go(count):
        for _ in range(count):
            carry[0] = jax.block_until_ready(play(carry[0]))

    peer.throughput("gymnax", version("gymnax"), asked.copies * STRETCH, asked.seconds, go)
