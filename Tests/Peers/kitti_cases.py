"""The 240 pairs of maps on which the Swift scores and the NumPy scores are compared.

Every number comes from a counter through SplitMix64, in whole-number arithmetic only, so that KITTICases.swift makes the
same maps without a file in between. Maps hold KITTI's codes: disparity * 256, 0 = none.
"""

import numpy as np

CASES = 240
GAMMA = np.uint64(0x9E3779B97F4A7C15)
HOLES = (0, 20, 50, 30, 10, 100, 40, 0)
KNOWN = (100, 60, 30, 80, 0, 40, 10, 100)


def random(seed, counter):
    """SplitMix64 of the state seed * 2^32 + (counter + 1) * GAMMA, as 64-bit unsigned numbers."""
    with np.errstate(over="ignore"):
        counter = np.asarray(counter, dtype=np.uint64)
        z = (np.uint64(seed) << np.uint64(32)) + (counter + np.uint64(1)) * GAMMA
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def case(number):
    """(estimate, noc, occ, objects) of one case: three maps of codes and KITTI 2015's object map."""

    def draw(counter, below):
        return int(random(number, counter) % np.uint64(below))

    kind = number % 8
    width, height = 1 + draw(0, 48), 1 + draw(1, 32)
    pixels = width * height
    index = np.arange(pixels)
    x, y = index % width, index // width

    def field(k, below):
        return (random(number, 16 + 8 * index + k) % np.uint64(below)).astype(np.int64)

    # Truth: noise over all codes, or a slanted plane, or 60 px everywhere, where 3 px are exactly 5 %.
    if kind == 1:
        truth = np.full(pixels, 60 * 256, dtype=np.int64)
    elif kind % 2 == 0:
        truth = 1 + field(0, 65535)
    else:
        truth = 1 + (draw(2, 20000) + draw(3, 300) * x + draw(4, 300) * y) % 65535
    known = field(1, 100) < KNOWN[kind]
    seen = known & (field(2, 4) != 0)
    anchor = draw(7, pixels)
    known[anchor] = seen[anchor] = True

    # Estimate: exact, off by whole pixels, off by little, unrelated, at the 3 px limit, or tiny.
    choice, amount, sign = field(3, 6), field(4, 65535), 1 - 2 * field(7, 2)
    estimate = np.select(
        [choice == 0, choice == 1, choice == 2, choice == 3, choice == 4],
        [truth, truth + sign * 256 * (1 + amount % 5), truth + sign * (amount % 2048), 1 + amount,
         truth + sign * (768 + amount % 3 - 1)],
        1 + amount % 512)
    estimate = np.clip(estimate, 1, 65535)
    estimate[field(5, 100) < HOLES[kind]] = 0
    if kind in (3, 6):
        empty = random(number + 1000000, np.arange(height)) % np.uint64(3) == 0
        estimate[empty[y]] = 0
    if kind == 5:
        only = draw(5, pixels)
        estimate[only] = truth[only]
    if number % 16 == 7:
        estimate[:] = 0

    mark = field(6, 600)
    objects = np.where(mark % 3 == 0, 1 + mark // 3, 0)
    shape = (height, width)
    return (estimate.reshape(shape), np.where(seen, truth, 0).reshape(shape), np.where(known, truth, 0).reshape(shape),
            objects.reshape(shape))
