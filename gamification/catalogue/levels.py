"""Levels: threshold(L) = 50·L·(L−1), so level 2 takes 100 points and each next one 100 more than the one before."""

from math import isqrt


def threshold(level: int) -> int:
    """Return the points at which `level` (1 and up) begins."""
    return 50 * level * (level - 1)


def level_of(points: int) -> int:
    """Return the level that a total of `points` has reached; nobody is below level 1, whatever was taken back.

    The exact inverse of `threshold`, in whole numbers: L = (50 + √(2500 + 200·points)) / 100.
    """
    return (50 + isqrt(2500 + 200 * max(points, 0))) // 100
