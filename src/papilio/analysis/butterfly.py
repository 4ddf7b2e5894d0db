"""Hysteresis loops of the resistance: peaks on the reversing branch, or a shifted window."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from papilio.analysis.delta_resistance import delta_R
from papilio.analysis.estimate import Estimate, combine, mean
from papilio.analysis.loop_features import (
    Hysteresis,
    Peak,
    hysteresis,
    reversal_peak,
    window_edges,
)
from papilio.analysis.loop_limit import default_width, excess_limit, forget_noise
from papilio.analysis.loops import (
    FieldSweep,
    by_temperature,
    curve,
    field_sweeps,
    group_temperature,
    nominal,
)
from papilio.errors import AnalysisError
from papilio.options import option
from papilio.result import Quantity, Result

Array = NDArray[np.float64]

#: A hysteresis is called one from this significance on.
SIGNIFICANT = 5.0
#: What describes a peak beside its field, with its unit.
FEATURES = (("height", "ohm"), ("width", "T"), ("area", "ohm*T"))


@dataclass(frozen=True)
class ButterflyOptions:
    """Settings of `butterfly`."""

    variable: str = option("", help="resistance to use, where the data hold several")
    field: float | None = option(
        None,
        unit="T",
        help="field at which Delta R = R(field) - R(0) is read on the reversing branch; by "
        "default the peak field",
    )
    search: float | None = option(
        None, unit="T", help="largest field, either sign, at which a peak is sought; by default all"
    )
    fraction: float = option(
        0.5, help="part of the step between low and normal resistance that edges the window"
    )
    peak_sigma: float = option(5.0, help="significance from which a peak counts as one")
    limit_width: float | None = option(
        None,
        unit="T",
        help="full width of the narrowest peak that a limit is given for where none is seen; by "
        "default 2 % of the largest field, or five steps",
    )
    time_constant: float | None = option(
        None, unit="s", help="of the lock-in, if the data do not say it"
    )
    seed: int = option(0, help="seed of the bootstrap")


def butterfly(data: xr.Dataset, options: ButterflyOptions | None = None) -> Result:
    """
    What a field loop of the resistance shows: peaks, edges, shifts, and whether it is hysteretic.

    On each branch a peak is sought on the side where the magnet reverses (negative field on the
    way down, positive on the way up) and described by its field, height, width and area above a
    straight line through its feet. Half the distance of the two peaks is the coercive field; their
    mean is the shift that both branches share, such as a remanent field of the magnet gives. Where
    the resistance rises to a plateau on both sides, the edges of the low-resistance window are
    given for each branch. The significance of the hysteresis is that of the area between the
    branches, odd in the field, against their noise; outliers are marked and not followed. Where a
    branch shows no peak, its height is an upper limit at 95 % confidence, from its difference to
    the other branch, which holds no background.

    Parameters
    ----------
    data : xarray.Dataset
        A record of field loops at one or more temperatures.
    options : ButterflyOptions, optional
        Settings.

    Returns
    -------
    Result
        ``butterfly.peak_field`` (T; magnitude, or signed with the condition ``branch``),
        ``.height`` (ohm), ``.width`` (T, full at half height), ``.area`` (ohm T), ``.delta_R``
        (ohm), ``.shift`` (T), ``.window_edge`` (T; conditions ``branch``, ``side``),
        ``.window_shift`` (T), ``.window_hysteresis`` (T), ``.significance``, ``.loop_area``
        (ohm T). Resistances are per square where the geometry is known. Curves: one for each sweep
        and ``difference_<number>``.

    Raises
    ------
    AnalysisError
        If there is no pair of branches.
    """
    options = options or ButterflyOptions()
    sweeps, per_square = field_sweeps(data, options.variable, options.time_constant)
    generator = np.random.default_rng(options.seed)
    quantities: list[Quantity] = []
    curves: dict[str, xr.Dataset] = {}
    flags: list[str] = []
    for group in by_temperature(sweeps):
        branches = {
            word: [sweep for sweep in group if sweep.branch == word and _both_signs(sweep)]
            for word in ("down", "up")
        }
        if not all(branches.values()):
            temperature = group_temperature(group)
            where = "" if temperature is None else f" at {temperature:.3g} K"
            flags.append(f"no pair of branches through zero field{where}")
            continue
        _loop(branches, options, generator, quantities, curves, flags)
    if not quantities:
        raise AnalysisError(
            f"{data.attrs['source']}: no up and down sweep through zero field at one temperature; "
            f"name the files of both branches"
        )
    if not per_square:
        flags.append("resistances are of the whole bar: its length and width are not given")
    return Result(
        "butterfly",
        tuple(quantities),
        curves=curves,
        options=dataclasses.asdict(options),
        sources=(str(data.attrs["source"]),),
        synthetic=bool(data.attrs["synthetic"]),
        flags=tuple(dict.fromkeys(flags)),
        references=(
            "Delta R_S = R_S(0.08 T) - R_S(0) on the reversing branch: "
            "doi:10.1038/s41467-025-58300-9",
        ),
    )


def _both_signs(sweep: FieldSweep) -> bool:
    low, high = sweep.field.min(), sweep.field.max()
    return bool(low < 0 < high and min(-low, high) > 0.3 * max(-low, high))


def _loop(
    branches: dict[str, list[FieldSweep]],
    options: ButterflyOptions,
    generator: np.random.Generator,
    quantities: list[Quantity],
    curves: dict[str, xr.Dataset],
    flags: list[str],
) -> None:
    """Everything about the sweeps at one temperature."""
    everything = [*branches["down"], *branches["up"]]
    temperature = group_temperature(everything)
    conditions: dict[str, float | str] = {}
    if temperature is not None:
        conditions["temperature"] = nominal(temperature)
    rates = [abs(sweep.rate) for sweep in everything if sweep.rate is not None]
    if rates:
        conditions["sweep_rate"] = nominal(float(np.median(rates)))
    for sweep in everything:
        if sweep.outlying_field.size:
            places = ", ".join(f"{field:+.4g} T" for field in sweep.outlying_field[:5])
            flags.append(
                f"{sweep.outlying_field.size} outlying readings on the {sweep.branch} branch not "
                f"followed ({places})"
            )
    found = {
        word: [
            reversal_peak(sweep, options.search, options.peak_sigma, generator) for sweep in group
        ]
        for word, group in branches.items()
    }
    loop = hysteresis(branches["up"], branches["down"])
    forget_noise(found, loop, options.peak_sigma)
    peaks = {word: [peak for peak in known if peak is not None] for word, known in found.items()}
    if all(peaks.values()):
        _describe_peaks(peaks, conditions, quantities)
    else:
        lacking = [word for word, known in peaks.items() if not known]
        flags.append(
            f"no significant peak on the reversing side of the {' and '.join(lacking)} branch"
        )
        _describe_branches(peaks, conditions, quantities)
        quantities += [
            Quantity("butterfly.height", limit, "ohm", limit="upper", conditions=where, method=how)
            for limit, where, how in _limits(lacking, loop, options, conditions)
        ]
    _describe_delta(branches, peaks, options, conditions, quantities)
    edges = {word: _edges(group, options, generator) for word, group in branches.items()}
    _describe_window(edges, conditions, quantities)
    _describe_hysteresis(loop, conditions, quantities, flags)
    curves[f"difference_{len(curves)}"] = xr.Dataset(
        {"difference": ("field", loop.difference, {"units": "ohm"})},
        {"field": ("field", loop.field, {"units": "T"})},
        attrs=conditions,
    )
    for word, group in branches.items():
        for sweep, peak in zip(group, found[word], strict=True):
            curves[f"sweep_{len(curves)}"] = curve(sweep, **_marks(peak, edges[word]))


def _limit_window(loop: Hysteresis, options: ButterflyOptions) -> tuple[float, float, float]:
    """Width of the narrowest peak that is excluded, and the fields between which it is sought."""
    width = options.limit_width or default_width(loop.field)
    if options.field is not None:
        return width, abs(options.field) - width, abs(options.field) + width
    return width, 0.0, options.search or float(np.abs(loop.field).max())


def _limits(
    lacking: list[str],
    loop: Hysteresis,
    options: ButterflyOptions,
    conditions: dict[str, float | str],
) -> list[tuple[float, dict[str, float | str], str]]:
    """Limits of the height for the branches that show no peak, and for both together."""
    width, *near = _limit_window(loop, options)
    limits = {}
    for word in lacking:
        sign = 1 if word == "up" else -1
        limit = excess_limit(loop.field, sign * loop.difference, width, sign, (near[0], near[1]))
        if limit is not None:
            limits[word] = limit
    how = f"excess of one branch over the other, for a peak at least {width:.2g} T wide"
    entries = [(limit, {**conditions, "branch": word}, how) for word, limit in limits.items()]
    if len(limits) == 2:
        entries.insert(0, (max(limits.values()), conditions, how))
    return entries


def _marks(peak: Peak | None, edges: dict[str, Estimate]) -> dict[str, float]:
    marks = {f"edge_{side}": edge.value for side, edge in edges.items()}
    if peak is not None:
        marks |= {
            "peak_field": peak.field.value,
            "peak_height": peak.height.value,
            "baseline_left": peak.baseline[0],
            "baseline_right": peak.baseline[1],
            "window_low": peak.window[0],
            "window_high": peak.window[1],
        }
    return marks


def _describe_peaks(
    peaks: dict[str, list[Peak]],
    conditions: dict[str, float | str],
    quantities: list[Quantity],
) -> None:
    fields = {word: mean([peak.field for peak in known]) for word, known in peaks.items()}
    half = combine([0.5, -0.5], [fields["up"], fields["down"]])
    shift = combine([0.5, 0.5], [fields["up"], fields["down"]])
    quantities.append(
        half.quantity("butterfly.peak_field", "T", conditions, method="half the peaks' distance")
    )
    quantities.append(
        shift.quantity("butterfly.shift", "T", conditions, method="mean of the two peak fields")
    )
    for name, unit in FEATURES:
        by_branch = [mean([getattr(peak, name) for peak in known]) for known in peaks.values()]
        quantities.append(mean(by_branch).quantity(f"butterfly.{name}", unit, conditions))
    _describe_branches(peaks, conditions, quantities)


def _describe_branches(
    peaks: dict[str, list[Peak]],
    conditions: dict[str, float | str],
    quantities: list[Quantity],
) -> None:
    for name, unit in (("field", "T"), *FEATURES):
        public = "peak_field" if name == "field" else name
        for word, known in peaks.items():
            if known:
                estimate = mean([getattr(peak, name) for peak in known])
                quantities.append(
                    estimate.quantity(f"butterfly.{public}", unit, {**conditions, "branch": word})
                )


def _describe_delta(
    branches: dict[str, list[FieldSweep]],
    peaks: dict[str, list[Peak]],
    options: ButterflyOptions,
    conditions: dict[str, float | str],
    quantities: list[Quantity],
) -> None:
    field, shift, width = options.field, 0.0, 0.0
    if all(peaks.values()):
        up, down = (mean([peak.field for peak in peaks[word]]).value for word in ("up", "down"))
        shift = (up + down) / 2
        field = (up - down) / 2 if field is None else field
        width = min(mean([peak.width for peak in known]).value for known in peaks.values())
    if field is None:
        return
    by_branch = []
    for word, group in branches.items():
        sign = 1 if word == "up" else -1
        known = [delta_R(sweep, sign * field, shift, width) for sweep in group]
        usable = [estimate for estimate in known if estimate is not None]
        if usable:
            by_branch.append(mean(usable))
            quantities.append(
                by_branch[-1].quantity("butterfly.delta_R", "ohm", {**conditions, "branch": word})
            )
    if len(by_branch) == 2:
        method = f"R({field:.3g} T) - R(0) on the reversing branch, fields from the common shift"
        quantities.append(
            mean(by_branch).quantity("butterfly.delta_R", "ohm", conditions, method=method)
        )


def _edges(
    group: list[FieldSweep], options: ButterflyOptions, generator: np.random.Generator
) -> dict[str, Estimate]:
    found = [window_edges(sweep, options.fraction, generator) for sweep in group]
    return {
        side: mean([edges[side] for edges in found if side in edges])
        for side in ("lower", "upper")
        if any(side in edges for edges in found)
    }


def _describe_window(
    edges: dict[str, dict[str, Estimate]],
    conditions: dict[str, float | str],
    quantities: list[Quantity],
) -> None:
    for word, sides in edges.items():
        for side, estimate in sides.items():
            quantities.append(
                estimate.quantity(
                    "butterfly.window_edge",
                    "T",
                    {**conditions, "branch": word, "side": side},
                    method="half of the step between low and normal resistance",
                )
            )
    if all(len(sides) == 2 for sides in edges.values()):
        up, down = edges["up"], edges["down"]
        four = [up["lower"], up["upper"], down["lower"], down["upper"]]
        quantities.append(
            combine([0.25] * 4, four).quantity(
                "butterfly.window_shift", "T", conditions, method="mean of the four edges"
            )
        )
        quantities.append(
            combine([0.25, 0.25, -0.25, -0.25], four).quantity(
                "butterfly.window_hysteresis",
                "T",
                conditions,
                method="half the distance of the windows' centres, up less down",
            )
        )


def _describe_hysteresis(
    loop: Hysteresis,
    conditions: dict[str, float | str],
    quantities: list[Quantity],
    flags: list[str],
) -> None:
    quantities.append(
        loop.area.quantity(
            "butterfly.loop_area",
            "ohm*T",
            conditions,
            method="integral of sign(H) (R_up - R_down)",
        )
    )
    significance = abs(loop.area.value) / loop.area.std if loop.area.std > 0 else None
    quantities.append(
        Quantity(
            "butterfly.significance",
            significance,
            "",
            1.0,
            conditions=conditions,
            method="loop area over its standard deviation",
        )
    )
    if significance is not None and significance < SIGNIFICANT:
        flags.append(f"the branches differ by {significance:.1f} sigma only: no hysteresis shown")
    if abs(loop.drift.value) > SIGNIFICANT * loop.drift.std:
        flags.append(
            "the branches differ by a part even in the field: the resistance drifted by "
            f"{loop.drift.value:.2g} ohm between them"
        )
