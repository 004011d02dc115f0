"""Records episodes of Gymnasium's MuJoCo environments, for Tests/MuJoCoTests/GymnasiumTests.swift.

Run with any Python that has gymnasium 1.4 and mujoco 4.0, imageio and packaging: python3 Tests/Goldens/gymnasium_mujoco.py
On processors with AVX-512 NumPy's sine and cosine differ from libm's in the last bit, and so do the norms that its OpenBLAS
computes: both are told to do as on any other processor.

For each environment, set of options and seed: a thousand steps of random actions, played on through endings into new
episodes. Observations are bits of doubles, sixteen hexadecimal digits each: the first and every hundredth, of long ones the
first and the five hundredth. A running sum of the bits of every number of all observations, and one of all rewards, make
each step count.
"""

import os

# Both read these when they are loaded.
os.environ["NPY_DISABLE_CPU_FEATURES"] = "AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL AVX512_SPR"
os.environ["OPENBLAS_CORETYPE"] = "Haswell"

import json
import pathlib
import warnings

import gymnasium as gym
import mujoco
import numpy as np

warnings.filterwarnings("ignore")
STEPS, EVERY = 1000, 100
INF = float("inf")

# Of Gymnasium's keyword arguments, and as rlrun writes them.
CASES = [
    ("Ant-v5", [{}, {"healthy_z_range": (0.3, 0.9), "contact_force_range": (-0.5, 2.0), "contact_cost_weight": 0.01,
                     "main_body": "aux_1", "include_cfrc_ext_in_observation": False, "frame_skip": 3}]),
    ("HalfCheetah-v5", [{}, {"forward_reward_weight": 2.0, "ctrl_cost_weight": 0.3, "reset_noise_scale": 0.2,
                             "exclude_current_positions_from_observation": False}]),
    ("Hopper-v5", [{}, {"terminate_when_unhealthy": False, "healthy_reward": 0.7, "healthy_angle_range": (-0.1, 0.3),
                        "healthy_state_range": (-20.0, 20.0), "healthy_z_range": (0.8, INF)}]),
    ("Humanoid-v5", [{}, {"include_cinert_in_observation": False, "include_qfrc_actuator_in_observation": False,
                          "contact_cost_range": (0.001, 2.0), "contact_cost_weight": 0.001, "healthy_z_range": (1.1, 1.9)}]),
    ("HumanoidStandup-v5", [{}, {"impact_cost_weight": 0.001, "impact_cost_range": (0.1, 3.0), "ctrl_cost_weight": 0.7,
                                 "include_cvel_in_observation": False,
                                 "exclude_current_positions_from_observation": False}]),
    ("InvertedDoublePendulum-v5", [{}, {"healthy_reward": 3.5, "reset_noise_scale": 0.01}]),
    ("InvertedPendulum-v5", [{}, {"reset_noise_scale": 0.05, "frame_skip": 4}]),
    ("Pusher-v5", [{}, {"reward_near_weight": 1.5, "reward_dist_weight": 0.3, "reward_control_weight": 0.7}]),
    ("Reacher-v5", [{}, {"reward_dist_weight": 2.5, "reward_control_weight": 0.3}]),
    ("Swimmer-v5", [{}, {"exclude_current_positions_from_observation": False, "ctrl_cost_weight": 0.01}]),
    ("Walker2d-v5", [{}, {"healthy_angle_range": (-0.5, 0.7), "healthy_z_range": (0.9, 1.8), "ctrl_cost_weight": 0.2}]),
]


def written(value):
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "..".join(map(written, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def digits(numbers):
    return "".join(f"{x:016x}" for x in np.asarray(numbers, dtype=np.float64).reshape(-1).view(np.uint64))


def mixed(sum, numbers):
    """A sum in which the order counts."""
    for bits in np.asarray(numbers, dtype=np.float64).reshape(-1).view(np.uint64).tolist():
        sum = ((sum << 1 | sum >> 63) ^ bits) & (2**64 - 1)
    return sum


def episode(id, options, seed):
    world = gym.make(id, **options)
    actions = np.random.default_rng(seed)
    bound = float(world.action_space.high[0])
    observation, _ = world.reset(seed=seed)
    shown, endings = [digits(observation)], ""
    seen, rewarded = mixed(0, observation), 0
    rewards = []
    for step in range(1, STEPS + 1):
        action = actions.integers(-1000, 1001, size=world.action_space.shape[0]).astype(np.float32) / np.float32(1000)
        observation, reward, terminated, truncated, _ = world.step(action * np.float32(bound))
        seen, rewarded = mixed(seen, observation), mixed(rewarded, float(reward))
        if step % EVERY == 0:
            shown.append(digits(observation))
            rewards.append(float(reward).hex())
        endings += "t" if terminated else "l" if truncated else "-"
        if terminated or truncated:
            observation, _ = world.reset()
            seen = mixed(seen, observation)
    ends = [f"{place}{ending}" for place, ending in enumerate(endings) if ending != "-"]
    text = ",".join(f"{name}={written(value)}" for name, value in options.items())
    return {"environment": id + (":" + text if text else ""), "seed": seed, "shown": shown if len(shown[0]) < 1000 else shown[::5],
            "rewards": rewards, "ends": " ".join(ends), "observed": f"{seen:016x}", "rewarded": f"{rewarded:016x}"}


episodes = [episode(id, options, seed) for id, sets in CASES for options in sets
            for seed in ((1, 2, 3) if not options else (1,))]
path = pathlib.Path(__file__).parent / "recorded" / "gymnasium_mujoco.json"
path.write_text(json.dumps({"gymnasium": gym.__version__, "mujoco": mujoco.__version__, "numpy": np.__version__,
                            "episodes": episodes}, separators=(",", ":")) + "\n")
print(f"{path}: {path.stat().st_size} bytes, Gymnasium {gym.__version__}, MuJoCo {mujoco.__version__}")
