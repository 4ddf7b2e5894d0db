"""Peaks where a magnet reverses: a scan of a field loop, and how easily noise makes as much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, signal, stats

from papilio.analysis.noise_memory import noise_memory
from papilio.analysis.signatures.branches import Branch, Common, common
from papilio.analysis.signatures.pair_fit import Pair, pair_fit
from papilio.analysis.signatures.templates import Templates, templates

Array = NDArray[np.float64]

#: Most points of the grid on either side of zero field; finer readings are averaged.
MOST = 150
#: Copies of noise that the largest score is held against.
COPIES = 199
#: Full width at half height of a normal distribution, in standard deviations.
FULL_WIDTH = 2.355
#: Part of a pair's height that its templates must show for its limit.
LEAST_SEEN = 0.3
#: Chance from which it is settled that noise can do the same.
ENOUGH = 0.05
#: Tests that a peak of a certain height must pass all, for its limit.
TESTS = 6
#: Memory of the noise is rounded up to a multiple of this.
MEMORY_STEP = 0.05
#: Second differences of white noise are so many times wider than it.
SECOND = float(np.sqrt(6.0))
#: A median deviation of a normal number times this is one standard deviation.
NORMAL = 1.4826


@dataclass(frozen=True)
class Reversal:
    """
    The best pair of peaks of a loop, one on each branch after zero field.

    Attributes
    ----------
    score : float
        Smallest of the six standard deviations by which the pair passes its tests.
    chance : float
        Probability that noise without hysteresis has as large a score.
    pair : Pair
        Their height in the difference of the branches, field and width.
    limit : float
        No pair of peaks of the widths sought is higher, at 95 %, ohm; NaN for too short a loop.
    grid, up, down : ndarray, shape (point,)
        T, ohm: the branches on the even grid.
    """

    score: float
    chance: float
    pair: Pair
    limit: float
    grid: Array
    up: Array
    down: Array


@dataclass(frozen=True)
class _Grid:
    """Even fields, the matrices that bring sweeps of a branch there, and their relative noise."""

    field: Array
    up: Array
    down: Array
    profile: Array
    up_profile: Array
    down_profile: Array
    common: Common
    up_common: Common
    down_common: Common


def reversal(
    up: Sequence[Branch], down: Sequence[Branch], narrowest: float, seed: int
) -> Reversal | None:
    """
    The pair of peaks of a loop that best passes for those of a magnet that reverses.

    A pair at H and -H, each of shape sech^2 above a straight line, must pass six tests: the branch
    that reverses is above the other at +H (upwards) and at -H (downwards), and on it the top is
    above both its feet. Its score is the weakest of the six, in standard deviations; the two
    places may differ by half a width. The best score is held against those of copies of noise as
    the sweeps have it, run through the same grid and scan, and, where the readings bring no error
    bars, against those of the measured difference with signs thrown at random (without hysteresis
    the branches could be exchanged); the larger of the two chances counts, and the second is not
    worked out where the first is large already.

    Parameters
    ----------
    up, down : sequence of Branch
        Sweeps of either direction.
    narrowest : float
        Full width of the narrowest peak that the limit is for, T.
    seed : int
        Of the copies.

    Returns
    -------
    Reversal or None
        None for a loop of fewer than eight fields on either side of zero.
    """
    grid = _grid(up, down)
    half = (grid.field.size - 1) // 2
    if half < 8:
        return None
    made = templates(half)
    stated = all(branch.std is not None for branch in (*up, *down))
    readings = [np.concatenate([b.resistance for b in group]) for group in (up, down)]
    up_curve, down_curve = grid.up @ readings[0], grid.down @ readings[1]
    difference = up_curve - down_curve
    excess = _pair(made, difference[None], grid.profile, stated, grid.common)[0]
    feet = _feet(made, up_curve, down_curve, grid, stated)
    scores = np.minimum(excess, feet)
    width, place = np.unravel_index(int(np.argmax(scores)), scores.shape)
    score = float(scores[width, place])
    memory = _memory((*up, *down))
    if stated:
        best = _noise_scores(grid, (up, down), memory, seed)
    else:
        fields = [tuple(b.field.tobytes() for b in group) for group in (up, down)]
        best = _white_scores(fields[0], fields[1], memory, seed)
    chance = _chance(best, score)
    if not stated and chance < ENOUGH:
        per_step = up[0].field.size / grid.field.size
        best = _sign_scores(made, grid, difference, memory / max(1.0, per_step), seed)
        chance = max(chance, _chance(best, score))
    step = float(grid.field[1] - grid.field[0])
    noise = _scale(difference[None], grid.profile, stated)[0] * grid.profile
    at = int(place) + 1
    found = 0.5 * (made.height[width, half + at] - made.height[width, half - at])
    full = float(made.width[width]) * step
    start = Pair(
        float(found @ difference),
        float(np.linalg.norm(found * noise)),
        float(grid.field[half + at]),
        full / FULL_WIDTH,
        full,
    )
    return Reversal(
        score=score,
        chance=chance,
        pair=pair_fit(grid.field, difference, noise, start) if chance < ENOUGH else start,
        limit=_limit(made, up_curve, down_curve, grid, narrowest, stated),
        grid=grid.field,
        up=up_curve,
        down=down_curve,
    )


def _grid(up: Sequence[Branch], down: Sequence[Branch]) -> _Grid:
    """Fields from minus to plus the largest that all sweeps reach, as fine as the readings."""
    sweeps = [*up, *down]
    top = min(min(-float(b.field.min()), float(b.field.max())) for b in sweeps)
    step = max(float(np.median(np.abs(np.diff(b.field)))) for b in sweeps)
    fine = max(1, round(top / step)) if step > 0 else 1
    together = int(np.ceil(fine / MOST))
    half = fine // together
    field = np.linspace(-top, top, 2 * half + 1)
    matrices = [
        np.hstack([_onto(field, b.field, top / fine, together) / len(group) for b in group])
        for group in (up, down)
    ]
    variances = []
    for matrix, group in zip(matrices, (up, down), strict=True):
        # Without error bars of all readings, all are equally good.
        std = np.concatenate([b.std if b.std is not None else np.ones(b.field.size) for b in group])
        variances.append(matrix**2 @ std**2)
    both = common(np.hstack([matrices[0], -matrices[1]]), sweeps)
    shared = [common(m, group) for m, group in zip(matrices, (up, down), strict=True)]
    return _Grid(
        field=field,
        up=matrices[0],
        down=matrices[1],
        profile=np.sqrt(variances[0] + variances[1] + both.variance),
        up_profile=np.sqrt(variances[0] + shared[0].variance),
        down_profile=np.sqrt(variances[1] + shared[1].variance),
        common=both,
        up_common=shared[0],
        down_common=shared[1],
    )


def _onto(field: Array, measured: Array, step: float, together: int) -> Array:
    """Matrix that interpolates readings and averages so many fine steps about each field."""
    order = np.argsort(measured, kind="stable")
    x = measured[order]
    matrix = np.zeros((field.size, x.size))
    for shift in (np.arange(together) - 0.5 * (together - 1)) * step:
        at = np.clip(field + shift, x[0], x[-1])
        right = np.clip(np.searchsorted(x, at), 1, x.size - 1)
        gap = x[right] - x[right - 1]
        part = np.where(gap > 0, (at - x[right - 1]) / np.where(gap > 0, gap, 1.0), 1.0)
        rows = np.arange(field.size)
        np.add.at(matrix, (rows, order[right]), part / together)
        np.add.at(matrix, (rows, order[right - 1]), (1 - part) / together)
    return matrix


def _scale(curves: Array, profile: Array, stated: bool) -> Array:
    """Noise of curves, in units of its profile, from second differences; at least as stated."""
    expected = np.sqrt(profile[:-2] ** 2 + 4 * profile[1:-1] ** 2 + profile[2:] ** 2) / SECOND
    expected = np.where(expected > 0, expected, np.inf)
    steps = np.abs(np.diff(curves, n=2, axis=-1)) / SECOND / expected
    found = NORMAL * np.median(steps, axis=-1)
    return np.asarray(np.maximum(found, 1.0) if stated else found)


def _ratio(
    rows: Array, curves: Array, noise: Array, profile: Array, hidden: Array | float = 0.0
) -> Array:
    """Heights, less what may hide, over their standard deviations, shape (curve, width, place)."""
    flat = rows.reshape(-1, rows.shape[-1])
    spread = np.sqrt(flat**2 @ profile**2)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = (curves @ flat.T - np.ravel(hidden)) / (noise[:, None] * spread)
    return np.asarray(np.nan_to_num(found, nan=0.0).reshape(-1, *rows.shape[:2]))


def _sides(made: Templates, found: Array) -> tuple[Array, Array]:
    """Scores at +H and at -H for H above zero, minus infinity where there is no room."""
    half = (made.usable.shape[1] - 1) // 2
    found = np.where(made.usable, found, -np.inf)
    return found[..., half + 1 :], found[..., :half][..., ::-1]


def _pair(
    made: Templates, difference: Array, profile: Array, stated: bool, states: Common | None = None
) -> Array:
    """The weaker of the two excesses of a pair, shape (curve, width, place)."""
    noise = _scale(difference, profile, stated)
    sides = []
    for sign in (1.0, -1.0):
        # What may hide above a reading speaks against a peak in full.
        hidden = 0.0 if states is None else states.hidden(-sign * made.height)
        found = _ratio(made.height, sign * difference, noise, profile, hidden)
        sides.append(_about(made, _sides(made, found)[0 if sign > 0 else 1]))
    return np.minimum(*sides)


def _about(made: Templates, scores: Array) -> Array:
    """The best within a quarter of a width of each place."""
    return np.stack(
        [
            ndimage.maximum_filter1d(
                scores[..., number, :], 2 * round(full / 4) + 1, axis=-1, mode="nearest"
            )
            for number, full in enumerate(made.width)
        ],
        axis=-2,
    )


def _feet(made: Templates, up: Array, down: Array, grid: _Grid, stated: bool) -> Array:
    """The weakest of the four steps from top to foot, shape (width, place)."""
    weakest = []
    for curve, profile, states, side in (
        (up, grid.up_profile, grid.up_common, 0),
        (down, grid.down_profile, grid.down_common, 1),
    ):
        noise = _scale(curve[None], profile, stated)
        steps = [
            _sides(made, _ratio(rows, curve[None], noise, profile, states.hidden(-rows))[0])[side]
            for rows in (made.left, made.right)
        ]
        weakest.append(_about(made, np.minimum(*steps)))
    return np.minimum(*weakest)


def _best(pair: Array) -> Array:
    return np.asarray(pair.reshape(pair.shape[0], -1).max(axis=1))


def _chance(best: Array, score: float) -> float:
    return float((1 + np.sum(best >= score)) / (best.size + 1))


def _memory(sweeps: Sequence[Branch]) -> float:
    """Memory of the noise, of the sweep that has most."""
    found = max(noise_memory(b.resistance) for b in sweeps)
    return float(min(np.ceil(found / MEMORY_STEP) * MEMORY_STEP, 0.95))


@lru_cache(maxsize=32)
def _white_scores(
    up: tuple[bytes, ...], down: tuple[bytes, ...], memory: float, seed: int
) -> Array:
    """`_noise_scores` of readings that are equally good: the same for all loops of these fields."""
    groups = [
        [Branch(x, np.zeros(x.size), None) for x in map(np.frombuffer, group)]
        for group in (up, down)
    ]
    return _noise_scores(_grid(*groups), (groups[0], groups[1]), memory, seed)


def _noise_scores(
    grid: _Grid, loop: tuple[Sequence[Branch], Sequence[Branch]], memory: float, seed: int
) -> Array:
    """Best scores of copies of noise as the sweeps have it."""
    generator = np.random.default_rng(seed)
    total = np.zeros((COPIES, grid.field.size))
    for matrix, group, sign in ((grid.up, loop[0], 1.0), (grid.down, loop[1], -1.0)):
        parts = [_noise(branch, memory, generator) for branch in group]
        total += sign * np.concatenate(parts, axis=1) @ matrix.T
    total += grid.common.copies(COPIES, generator)
    stated = all(branch.std is not None for group in loop for branch in group)
    made = templates((grid.field.size - 1) // 2)
    return _best(_pair(made, total, grid.profile, stated))


def _noise(branch: Branch, memory: float, generator: np.random.Generator) -> Array:
    """Copies of first-order autoregressive noise along a sweep."""
    white = generator.standard_normal((COPIES, branch.field.size))
    if memory > 0:
        before = memory * generator.standard_normal((COPIES, 1))
        fresh = float(np.sqrt(1 - memory**2))
        white, _ = signal.lfilter([fresh], [1.0, -memory], white, axis=1, zi=before)
    return np.asarray(white if branch.std is None else white * branch.std)


def _sign_scores(
    made: Templates, grid: _Grid, difference: Array, memory: float, seed: int
) -> Array:
    """Best scores of the measured difference with signs thrown at random, in blocks of a memory."""
    generator = np.random.default_rng([seed, 1])
    block = max(1, round((1 + memory) / (1 - memory)))
    size = difference.size
    rest = difference - np.polyval(np.polyfit(grid.field, difference, 1), grid.field)
    signs = generator.choice([-1.0, 1.0], (COPIES, -(-size // block)))
    copies = np.repeat(signs, block, axis=1)[:, :size] * rest
    noise = _scale(difference[None], grid.profile, stated=False)
    found = _ratio(made.height, copies, np.full(COPIES, noise[0]), grid.profile)
    up, _ = _sides(made, found)
    _, down = _sides(made, -found)
    return _best(np.minimum(_about(made, up), _about(made, down)))


def _limit(
    made: Templates, up: Array, down: Array, grid: _Grid, narrowest: float, stated: bool
) -> float:
    """
    Largest height of a pair that the loop leaves room for, at 95 %.

    Each of the six tests bounds the height from above at 5 % shared among them, after what a
    template misses of a peak of another width; the lowest bound counts at each place and width, and
    the highest of those overall. Where readings are upper limits, each counts at its full length,
    equal states alike. Pairs so near to zero field that less than 0.3 of their height would be seen
    are not covered.
    """
    z = float(stats.norm.isf(0.05 / TESTS))
    difference = up - down
    step = float(grid.field[1] - grid.field[0])
    ends = []
    for rows, sign, curve, profile, states, side, seen in (
        (made.height, 1, difference, grid.profile, grid.common, 0, made.excess_seen),
        (made.height, -1, difference, grid.profile, grid.common, 1, made.excess_seen),
        (made.left, 1, up, grid.up_profile, grid.up_common, 0, made.foot_seen),
        (made.right, 1, up, grid.up_profile, grid.up_common, 0, made.foot_seen),
        (made.left, 1, down, grid.down_profile, grid.down_common, 1, made.foot_seen),
        (made.right, 1, down, grid.down_profile, grid.down_common, 1, made.foot_seen),
    ):
        noise = _scale(curve[None], profile, stated)[0]
        spread = np.sqrt(rows**2 @ (noise * profile) ** 2)
        top = sign * rows @ curve + z * spread + states.hidden(sign * rows)
        end = _sides(made, top)[side]
        ends.append(np.where(seen > LEAST_SEEN, end / np.maximum(seen, LEAST_SEEN), -np.inf))
    # Within a quarter of a width: the two peaks need not stand at exactly the same magnitude.
    highest = np.min([_about(made, end) for end in ends], axis=0)
    wide = made.width * step >= narrowest
    if not wide.any():
        wide[-1] = True
    found = highest[wide]
    found = found[np.isfinite(found)]
    return float(max(found.max(), 0.0)) if found.size else float("nan")
