"""Detectors of signatures on samples with and without them: detection, false alarms, misses."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import reporting
import signature_loops as loops
import signature_tables as tables
import xarray as xr

from papilio.analysis import ANALYSES
from papilio.progress import track

Make = Callable[[np.random.Generator], dict[str, xr.Dataset]]

#: Samples of each kind, and the seed that they begin from.
SAMPLES, SEED = 400, 20261128


def _one(role: str, make: Callable[[np.random.Generator], xr.Dataset]) -> Make:
    return lambda random: {role: make(random)}


def _two(
    first: Callable[[np.random.Generator], xr.Dataset],
    second: Callable[[np.random.Generator], xr.Dataset],
) -> Make:
    def make(random: np.random.Generator) -> dict[str, xr.Dataset]:
        pair = (first, second) if random.integers(2) else (second, first)
        return {"along": pair[0](random), "across": pair[1](random)}

    return make


#: Signature -> kind -> what makes the Datasets; the kinds whose names begin with "with" or are
#: empty have the signature, all others do not.
CASES: dict[str, Mapping[str, Make]] = {
    "transition_linear_in_density": tables.LINEAR,
    "exponent_through_three": tables.EXPONENT,
    "two_dimensional_fields": tables.FIELDS,
    "peaks_on_reversing_branch": {
        "": _one("data", loops.with_peaks),
        "with drift": _one("data", loops.with_peaks_and_drift),
        "with coarse readings": _one("data", lambda r: loops.coarse(r, r.uniform(80, 800), 0.0)),
        **{kind: _one("data", make) for kind, make in loops.WITHOUT.items()},
    },
    "no_loop_out_of_plane": {
        "": _one("data", loops.nothing),
        "with remanence": _one("data", loops.small_remanence),
        "peaks": _one("data", lambda r: loops.loop(r, r.uniform(9.7, 40.0))),
        "peaks and drift": _one("data", lambda r: loops.loop(r, r.uniform(9.7, 40), drift=3.0)),
    },
    "loop_along_and_across_current": {
        "": _two(loops.with_peaks, loops.with_peaks),
        "noise in one": _two(loops.with_peaks, loops.nothing),
        "drift in one": _two(loops.with_peaks, loops.drifting),
        "remanence in one": _two(loops.with_peaks, loops.remanence),
    },
    "maximum_near_zero_resistance": tables.MAXIMUM,
    "faster_than_linear_in_rate": tables.RATES,
    "density_window": tables.WINDOW,
    "falls_on_depletion": tables.DEPLETION,
    "width_grows_with_density": tables.WIDTH,
}


def has_it(kind: str) -> bool:
    """Whether samples of a kind have the signature."""
    return not kind or kind.startswith("with ")


def count(signature: str, kind: str, samples: int, seed: int) -> dict[str, int]:
    """How many of the samples of a kind come out 1, 0 and undecided."""
    analysis = ANALYSES[f"signature.{signature}"]
    found = {"1": 0, "0": 0, "?": 0}
    place = [list(CASES).index(signature), list(CASES[signature]).index(kind)]
    for number in range(samples):
        random = np.random.default_rng([seed, *place, number])
        result = analysis.function(**CASES[signature][kind](random))
        value = result.quantities[0].value
        found["?" if value is None else f"{value:.0f}"] += 1
    return found


def main() -> None:
    parser = reporting.arguments(__doc__ or "")
    parser.add_argument("--samples", type=int, default=SAMPLES, help="of each kind")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--only", default="", help="name of one signature")
    options = parser.parse_args()
    names = [options.only] if options.only else list(CASES)
    began = time.perf_counter()
    work = [(name, kind) for name in names for kind in CASES[name]]
    counts = {
        (name, kind): count(name, kind, options.samples, options.seed)
        for name, kind in track(work, "detectors")
    }
    show(counts, options.samples, time.perf_counter() - began, options.json)


def show(
    counts: Mapping[tuple[str, str], Mapping[str, int]], samples: int, seconds: float, as_json: bool
) -> None:
    """Print the figures: the worst of all kinds, and each signature's own."""
    figures: dict[str, float | None] = {}
    detections, alarms = [], []
    details: dict[str, Any] = {}
    for name in dict.fromkeys(name for name, _ in counts):
        own = {kind: found for (other, kind), found in counts.items() if other == name}
        detection = min(found["1"] / samples for kind, found in own.items() if has_it(kind))
        alarm = max(found["1"] / samples for kind, found in own.items() if not has_it(kind))
        figures[f"detection_{name}"], figures[f"false_alarm_{name}"] = detection, alarm
        detections.append(detection)
        alarms.append(alarm)
        details[name] = {kind or "with it": dict(found) for kind, found in own.items()}
    reporting.show(
        {
            "detection_min": min(detections),
            "false_alarm_max": max(alarms),
            **figures,
            "samples": float(samples),
            "seconds": seconds,
        },
        as_json=as_json,
        meaning={
            "detection_min": "least share of samples with a signature that come out 1",
            "false_alarm_max": "largest share of samples of one kind without it that come out 1",
        },
        details=details,
    )


if __name__ == "__main__":
    main()
