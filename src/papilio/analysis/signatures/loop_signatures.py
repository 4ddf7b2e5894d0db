"""Signatures of single field loops: peaks where the magnet reverses, and their absence."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr
from scipy import stats

from papilio.analysis.loops import (
    FieldSweep,
    by_temperature,
    field_sweeps,
    group_temperature,
    nominal,
)
from papilio.analysis.resistance import longitudinal
from papilio.analysis.signatures import verdict as says
from papilio.analysis.signatures.branches import Branch, States
from papilio.analysis.signatures.reversal import Reversal, reversal
from papilio.analysis.signatures.verdict import Verdict
from papilio.errors import AnalysisError
from papilio.options import option
from papilio.result import Quantity, Result

PAPER = "The paper, doi:10.1038/s41467-025-58300-9, Fig. 2 and text"
#: Chance below which a pair of peaks is no noise.
CHANCE = 0.05


@dataclass(frozen=True)
class LoopOptions:
    """Settings that all detectors of loops share."""

    variable: str = option("", help="resistance to use, where the data hold several")
    matters: float = option(
        9.7,
        unit="ohm",
        help="height of the peaks below which a loop counts as one without (paper: 9.7 ohm per "
        "square is the smallest at 0.1 T/min)",
    )
    narrowest: float | None = option(
        None,
        unit="T",
        help="full width of the narrowest peak that absence is stated for; by default 2 % of the "
        "largest field; of coarser loops, 2.5 steps",
    )
    time_constant: float | None = option(
        None, unit="s", help="of the lock-in, if the data do not say it"
    )
    seed: int = option(0, help="seed of the copies of noise")


def peaks_on_reversing_branch(data: xr.Dataset, options: LoopOptions | None = None) -> Result:
    """
    Whether a loop has peaks at plus and minus H_c on the branch that reverses.

    The score of the best pair of peaks (see `papilio.analysis.signatures.reversal.reversal`) is
    held against noise. 1: its chance is below 5 %; noise, a drift, a background even in the field
    and a window shifted by a remanent field have no such pair. 0: at 95 %, no pair as high as what
    matters fits into the loop. Else undecided.

    Parameters
    ----------
    data : xarray.Dataset
        A record of one field loop. Where ``<resistance>_std`` is there, the readings have these
        error bars, widened where they scatter more.
    options : LoopOptions, optional
        Settings.

    Returns
    -------
    Result
        ``signature.peaks_on_reversing_branch``, its significance, ``signature.loop_height`` (ohm;
        an upper limit where there is no pair) and ``signature.loop_field`` (T).

    Raises
    ------
    AnalysisError
        If there is no pair of branches.
    """
    options = options or LoopOptions()
    flags: list[str] = []
    found, conditions = _loop(data, options, flags)
    verdict = _peaks(found, options)
    return says.result(
        "peaks_on_reversing_branch",
        verdict,
        [data],
        options,
        curves={} if found is None else {"loop": _curve(found)},
        numbers=_numbers(found, verdict, "loop", conditions),
        method="weakest of six tests against copies of noise, 5 %",
        flags=flags,
        references=(PAPER,),
    )


def no_loop_out_of_plane(
    data: xr.Dataset, in_plane: xr.Dataset | None = None, options: LoopOptions | None = None
) -> Result:
    """
    Whether a loop of a field out of the plane has no peaks where a magnet would reverse.

    1: at 95 %, no pair of peaks as high as what matters fits into the loop; where a loop in the
    plane is given and has peaks, what matters is no more than half of their height. 0: there is a
    pair of peaks, with a chance below 5 %. Else undecided.

    Parameters
    ----------
    data : xarray.Dataset
        A record of one field loop, out of the plane.
    in_plane : xarray.Dataset, optional
        One in the plane, to compare with.
    options : LoopOptions, optional
        Settings.

    Returns
    -------
    Result
        ``signature.no_loop_out_of_plane``, its significance, ``signature.out_of_plane_height``
        (ohm, a limit where there are no peaks).

    Raises
    ------
    AnalysisError
        If there is no pair of branches.
    """
    options = options or LoopOptions()
    flags: list[str] = []
    found, conditions = _loop(data, options, flags)
    matters = options.matters
    used = [data] if in_plane is None else [data, in_plane]
    if in_plane is not None:
        beside, _ = _loop(in_plane, options, flags)
        if beside is not None and _peaks(beside, options).value == 1:
            matters = min(matters, 0.5 * beside.pair.height)
    peaks = _peaks(found, options)
    if found is None:
        verdict = peaks
    elif peaks.value == 1:
        verdict = Verdict(0, peaks.significance, f"not so: {peaks.reason}")
    elif found.limit < matters:
        told = f"no pair of peaks above {found.limit:.2g} ohm out of the plane, at 95 %"
        verdict = Verdict(1, says.LIMIT, told)
    else:
        verdict = says.undecided(
            f"peaks up to {found.limit:.2g} ohm may be hidden, {matters:.2g} ohm would matter"
        )
    return says.result(
        "no_loop_out_of_plane",
        verdict,
        used,
        options,
        curves={} if found is None else {"loop": _curve(found)},
        numbers=_numbers(found, peaks, "out_of_plane", conditions)[:1],
        method="limit at 95 % from six tests",
        flags=flags,
        references=(PAPER,),
    )


def loop_along_and_across_current(
    along: xr.Dataset, across: xr.Dataset, options: LoopOptions | None = None
) -> Result:
    """
    Whether loops with the field along and across the current both have peaks.

    1: both have, as in `peaks_on_reversing_branch`; 0: one of them has none; else undecided.

    Parameters
    ----------
    along, across : xarray.Dataset
        Records of one field loop each.
    options : LoopOptions, optional
        Settings.

    Returns
    -------
    Result
        ``signature.loop_along_and_across_current`` and its significance.

    Raises
    ------
    AnalysisError
        If there is no pair of branches.
    """
    options = options or LoopOptions()
    flags: list[str] = []
    curves, verdicts = {}, {}
    for word, data in (("along", along), ("across", across)):
        found, _ = _loop(data, options, flags)
        verdicts[word] = _peaks(found, options)
        if found is not None:
            curves[word] = _curve(found)
    values = {word: verdict.value for word, verdict in verdicts.items()}
    told = "; ".join(f"{word}: {verdict.reason}" for word, verdict in verdicts.items())
    if 0 in values.values():
        denied = [v.significance or 0.0 for v in verdicts.values() if v.value == 0]
        verdict = Verdict(0, max(denied), told)
    else:
        known = [v.significance for v in verdicts.values()]
        weakest = None if None in known else min(s for s in known if s is not None)
        value = 1 if all(v == 1 for v in values.values()) else None
        verdict = Verdict(value, weakest, told)
    return says.result(
        "loop_along_and_across_current",
        verdict,
        [along, across],
        options,
        curves=curves,
        method="both loops have peaks, each at 5 %",
        flags=flags,
        references=(PAPER,),
    )


def _peaks(found: Reversal | None, options: LoopOptions) -> Verdict:
    if found is None:
        return says.undecided("the loop has fewer than eight fields on either side of zero")
    # What the copies cannot resolve is not claimed.
    sigma = float(min(max(found.score, 0.0), stats.norm.isf(found.chance)))
    if found.chance < CHANCE:
        return Verdict(
            1,
            sigma,
            f"peaks of {found.pair.height:.3g} ohm at {found.pair.field:.2g} T on the reversing "
            f"branches, chance of noise {found.chance:.2g}",
        )
    if found.limit < options.matters:
        return Verdict(
            0, says.LIMIT, f"not so: no pair of peaks above {found.limit:.2g} ohm, at 95 %"
        )
    return Verdict(
        None,
        sigma,
        f"undecided: the best pair of peaks has a chance of {found.chance:.2g} by noise, and peaks "
        f"up to {found.limit:.2g} ohm may be hidden",
    )


def _numbers(
    found: Reversal | None, verdict: Verdict, which: str, conditions: Mapping[str, float | str]
) -> list[Quantity]:
    """Height, or its limit, and field of the peaks."""
    name = f"signature.{which}_height"
    if found is None or math.isnan(found.limit):
        why = ("the loop is too short",)
        return [Quantity(name, None, "ohm", conditions=conditions, flags=why)]
    if verdict.value != 1:
        how = "largest pair of peaks that fits in"
        return [
            Quantity(name, found.limit, "ohm", limit="upper", conditions=conditions, method=how)
        ]
    return [
        Quantity(
            name,
            found.pair.height,
            "ohm",
            found.pair.height_std,
            conditions=conditions,
            method="mean of the two branches",
        ),
        Quantity(
            f"signature.{which}_field",
            found.pair.field,
            "T",
            found.pair.field_std,
            conditions=conditions,
            method="half the distance of the two peaks",
        ),
    ]


def _loop(
    data: xr.Dataset, options: LoopOptions, flags: list[str]
) -> tuple[Reversal | None, dict[str, float | str]]:
    """The best pair of peaks, and temperature and rate of the loop."""
    sweeps, per_square = field_sweeps(data, options.variable, options.time_constant)
    if not per_square:
        flags.append("resistances are of the whole bar: its length and width are not given")
    groups = by_temperature([s for s in sweeps if s.field.min() < 0 < s.field.max()])
    source = data.attrs["source"]
    if len(groups) != 1:
        raise AnalysisError(
            f"{source}: loops at {len(groups)} temperatures; keep the rows of one of them"
        )
    whole = [s for s in groups[0] if -s.field.min() > 0.3 * s.field.max() > 0.09 * -s.field.min()]
    sides = {d: [_branch(s, data, options) for s in whole if s.direction == d] for d in (1, -1)}
    if not all(sides.values()):
        raise AnalysisError(f"{source}: no up and down sweep through zero field; give a loop")
    narrowest = options.narrowest
    if narrowest is None:
        narrowest = 0.02 * min(float(np.abs(b.field).max()) for b in (*sides[1], *sides[-1]))
    conditions: dict[str, float | str] = {}
    if (temperature := group_temperature(whole)) is not None:
        conditions["temperature"] = nominal(temperature)
    if rates := [abs(s.rate) for s in whole if s.rate is not None]:
        conditions["sweep_rate"] = nominal(float(np.median(rates)))
    return reversal(sides[1], sides[-1], narrowest, options.seed), conditions


def _branch(sweep: FieldSweep, data: xr.Dataset, options: LoopOptions) -> Branch:
    """A sweep with the error bars and states of its readings, where the data have them."""
    chosen = longitudinal(data, options.variable)
    std = f"{chosen.name}_std"
    if std not in data:
        return Branch(sweep.field, sweep.resistance, None)
    squares = 1.0
    if chosen.per_square and "bar_length" in data.attrs and "sheet" not in chosen.name:
        squares = float(data.attrs["bar_length"]) / float(data.attrs["bar_width"])
    # Sweeps hold no row numbers: a reading is found again by its resistance and its field.
    field = data["field"].values.astype(float) - sweep.delay
    rows = [
        int(np.nanargmin(np.abs(field - f) + 1e6 * (np.abs(chosen.values - r) > 0)))
        for f, r in zip(sweep.field, sweep.resistance, strict=True)
    ]
    found = data[std].values.astype(float)[rows] / squares
    if not np.isfinite(found).all():
        # Error bars of a part of the readings cannot be used beside those of none.
        return Branch(sweep.field, sweep.resistance, None)
    if "state" not in data:
        return Branch(sweep.field, sweep.resistance, found)
    number, error, excess = (
        data[name].values.astype(float)[rows] if name in data else np.zeros(len(rows))
        for name in ("state", "state_error", "state_excess")
    )
    error, excess = (np.nan_to_num(column) / squares for column in (error, excess))
    own = np.sqrt(np.maximum(found**2 - error**2, 0.0))
    return Branch(sweep.field, sweep.resistance, own, States(number, error, excess))


def _curve(found: Reversal) -> xr.Dataset:
    return xr.Dataset(
        {
            "field": ("point", found.grid, {"units": "T"}),
            "up": ("point", found.up, {"units": "ohm"}),
            "down": ("point", found.down, {"units": "ohm"}),
        },
        attrs={
            "peak_field": found.pair.field,
            "peak_width": found.pair.width,
            "height": found.pair.height,
        },
    )
