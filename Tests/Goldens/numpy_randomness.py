"""Records what NumPy's SeedSequence and Generator(PCG64) give, for Tests/RandomnessTests.

Run with any Python that has NumPy 2: python3 Tests/Goldens/numpy_randomness.py
Numbers are written so that JSON readers get them exactly: integers as decimal strings, doubles as the decimal string of
their bit pattern.
"""

import json
import pathlib
import struct

import numpy as np

SEEDS = [0, 1, 42, 123, 2**32 - 1, 2**32, 2**40 + 17, 2**63 + 12345, 2**64 - 1]


def bits(x):
    return str(struct.unpack("<Q", struct.pack("<d", float(x)))[0])


def integers(xs):
    return [str(int(x)) for x in xs]


def sequence(entropy, key=()):
    s = np.random.SeedSequence(entropy, spawn_key=key)
    return {
        "entropy": integers([entropy] if isinstance(entropy, int) else entropy),
        "key": integers(key),
        "words32": integers(s.generate_state(7, np.uint32)),
        "words64": integers(s.generate_state(5, np.uint64)),
    }


def named(seed, name):
    h = 0xCBF29CE484222325
    for b in name.encode():
        h = ((h ^ b) * 0x100000001B3) % 2**64
    s = np.random.SeedSequence(seed, spawn_key=(h % 2**32, h >> 32))
    return {"seed": str(seed), "name": name, "words64": integers(s.generate_state(4, np.uint64))}


def spawned(seed):
    s = np.random.SeedSequence(seed)
    children = s.spawn(2) + s.spawn(3)
    grandchildren = children[4].spawn(2)
    return {
        "seed": str(seed),
        "children": [integers(c.generate_state(3, np.uint64)) for c in children + grandchildren],
    }


def mixed(seed):
    """A fixed program of draws of every kind, one after another on one generator, so that the 32-bit buffer shows."""
    g = np.random.default_rng(seed)
    program = []

    def note(kind, arguments, values, doubles=False):
        program.append(
            {
                "kind": kind,
                "arguments": [str(a) for a in arguments],
                "values": [bits(v) for v in values] if doubles else integers(values),
            }
        )

    weights = [0.1, 0.0, 0.25, 0.4, 0.05, 0.2]
    for turn in range(3):
        note("raw", [4], g.bit_generator.random_raw(4))
        note("random", [3], g.random(3), doubles=True)
        for low, high in [(0, 2), (-3, 4), (5, 6), (0, 10), (0, 2**31), (0, 2**32 - 1), (0, 2**32), (0, 2**32 + 1),
                          (-(2**40), 2**40), (-(2**63), 2**63 - 1), (0, 3 * 2**61), (0, 3 * 2**30), (0, 48)]:
            note("integers", [low, high], [g.integers(low, high) for _ in range(5)])
        note("uniform", [bits(-0.05), bits(0.05)], g.uniform(-0.05, 0.05, size=5), doubles=True)
        note("choice", [7], [g.choice(7) for _ in range(5)])
        note("random", [1], [g.random()], doubles=True)
        note("choice-p", [bits(w) for w in weights], [g.choice(6, p=weights) for _ in range(5)])
        note("choices", [9, 6], g.choice(9, size=6))
        note("choices-p", [4] + [bits(w) for w in weights], g.choice(6, size=4, p=weights))
        for n, k in [(10, 3), (10, 10), (1, 1), (1000, 17), (10_001, 201), (10_001, 200), (12_000, 5_000)]:
            drawn = g.choice(n, size=k, replace=False)
            note("distinct", [n, k], list(drawn[:20]) + list(drawn[-20:]))
        note("distinct-p", [5] + [bits(w) for w in weights], g.choice(6, size=5, replace=False, p=weights))
        note("permutation", [11], g.permutation(11))
        shuffled = np.arange(20)
        g.shuffle(shuffled)
        note("shuffle", [20], shuffled)
        categorical = [int(np.argmax(np.cumsum(weights) > g.random())) for _ in range(6)]
        note("categorical", [bits(w) for w in weights], categorical)
        note("integers", [0, 100], [g.integers(0, 100)])
    return {"seed": str(seed), "program": program}


recorded = {
    "numpy": np.__version__,
    "sequences": [sequence(s) for s in SEEDS]
    + [sequence(s, key) for s in (0, 42, 2**40) for key in [(0,), (3, 1), (2**32 - 1, 7, 9)]]
    + [sequence([1, 2, 3, 4, 5, 6]), sequence([1, 2, 3, 4, 5, 6], (8,))],
    "named": [named(s, n) for s in (0, 7, 2**33) for n in ("network", "minibatches", "Größe")],
    "spawned": [spawned(s) for s in (0, 99)],
    "mixed": [mixed(s) for s in SEEDS],
}
path = pathlib.Path(__file__).parent / "recorded" / "numpy_randomness.json"
path.write_text(json.dumps(recorded, separators=(",", ":")) + "\n")
print(f"{path}: {path.stat().st_size} bytes, NumPy {np.__version__}")
