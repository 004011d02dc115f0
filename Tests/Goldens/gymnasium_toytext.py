"""Records episodes of Gymnasium's toy text worlds, for Tests/EnvironmentsTests.

Run with any Python that has Gymnasium 1.4: python3 Tests/Goldens/gymnasium_toytext.py
recording.py says what is recorded and how; besides, the action mask of each of Taxi's states as six digits.
"""

import gymnasium as gym
import numpy as np

import recording

LAKE = "SFF/FHS/SFG/FFF"
# id, constructor's options, the same as text
WORLDS = [
    ("FrozenLake-v1", {}, ""),
    ("FrozenLake-v1", {"is_slippery": False}, ":is_slippery=false"),
    ("FrozenLake-v1", {"map_name": "8x8", "success_rate": 0.8}, ":map_name=8x8,success_rate=0.8"),
    ("FrozenLake-v1", {"desc": LAKE.split("/")}, ":desc=" + LAKE),
    ("FrozenLake8x8-v1", {}, ""),
    ("CliffWalking-v1", {}, ""),
    ("CliffWalkingSlippery-v1", {}, ""),
    ("Taxi-v4", {}, ""),
    ("Taxi-v4", {"is_rainy": True}, ":is_rainy=true"),
    ("Taxi-v4", {"is_rainy": True, "fickle_passenger": True, "rainy_probability": 0.6, "fickle_probability": 0.9},
     ":is_rainy=true,fickle_passenger=true,rainy_probability=0.6,fickle_probability=0.9"),
    ("Blackjack-v1", {}, ""),
    ("Blackjack-v1", {"sab": False}, ":sab=false"),
    ("Blackjack-v1", {"sab": False, "natural": True}, ":natural=true,sab=false"),
]
SEEDS = [3, 2**32 + 7]
STEPS = 210


def rides():
    """The shortest way of each of Taxi's states, by value iteration."""
    table = gym.make("Taxi-v4").unwrapped.P
    values = np.zeros(500)
    for _ in range(100):
        scores = np.array([[r + (0 if t else 0.9 * values[n]) for a in range(6) for _, n, r, t in table[s][a]]
                           for s in range(500)])
        values = scores.max(axis=1)
    return scores.argmax(axis=1)


RIDES = rides()


def choose(world, id, observation, random):
    """Random actions, mostly such as lead somewhere."""
    if id.startswith("Taxi"):
        return int(RIDES[observation]) if random.random() < 0.7 else int(random.integers(6))
    if id.startswith("CliffWalking"):
        return 0 if observation == 36 else 2 if observation % 12 == 11 else int(random.choice([1, 1, 1, 2, 3]))
    if id.startswith("FrozenLake"):
        return int(random.choice([0, 1, 1, 2, 2, 3]))
    return int(observation[0] < 16)


def specification(id):
    world = gym.make(id)
    space = world.observation_space
    counts = [int(s.n) for s in (space.spaces if isinstance(space, gym.spaces.Tuple) else [space])]
    return {"id": id, "observations": counts, "actions": int(world.action_space.n),
            "timeLimit": world.spec.max_episode_steps, "rewardThreshold": world.spec.reward_threshold}


taxi = gym.make("Taxi-v4").unwrapped
recording.write("gymnasium_toytext.json", {
    "specifications": [specification(id) for id, options, _ in WORLDS if not options],
    "masks": ["".join(str(int(x)) for x in taxi.action_mask(state)) for state in range(500)],
    "episodes": [recording.episode(*world, seed, STEPS, choose) for world in WORLDS for seed in SEEDS],
})
