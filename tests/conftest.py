"""Small analyses and simulations that the tests of study, report and command line run on."""

from __future__ import annotations

import json
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal

import numpy as np
import pytest
import xarray as xr

import papilio.analysis
import papilio.plot
import papilio.simulate
from papilio.dataset import Note, Provenance, record
from papilio.errors import AnalysisError
from papilio.options import option
from papilio.plot.style import figure, readings
from papilio.result import Quantity, Result

# A shell starts what runs in the background with interrupts ignored, and every process that a test
# starts would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)


@dataclass(frozen=True)
class MeanOptions:
    """Settings of the analysis `mean`."""

    variable: str = option("resistance", help="What is averaged.")
    above: float = option(0.0, help="Readings below are left out.", unit="K")
    window: tuple[float, float] | None = option(None, help="Range of temperature.", unit="K")
    kind: Literal["plain", "median"] = option("plain", help="Which mean.")


@dataclass(frozen=True)
class RampOptions:
    """Settings of the simulation `ramp`."""

    rows: int = option(20, help="Number of readings.")
    slope: float = option(2.0, help="Resistance per kelvin.", unit="ohm/K")
    seed: int = option(1, help="Seed of the noise.")


@dataclass
class Calls:
    """How often each fake was called."""

    count: Counter[str]


def _mean(calls: Calls) -> Callable[..., Result]:
    def mean(
        data: xr.Dataset, options: MeanOptions, background: xr.Dataset | None = None
    ) -> Result:
        calls.count["mean"] += 1
        if options.variable not in data:
            raise AnalysisError(f"there is no '{options.variable}' in the data; name another")
        rows = data["temperature"].values >= options.above
        values = data[options.variable].values[rows]
        curve = xr.Dataset(
            {"resistance": ("temperature", values)},
            {"temperature": data["temperature"].values[rows]},
            attrs={"window": [0.1, 0.2], "lag_removed": True, "nothing": None},
        )
        value, std = float(values.mean()), float(values.std() / np.sqrt(values.size))
        return Result(
            "mean",
            (
                Quantity("mean.value", value, "ohm", std, method="arithmetic mean"),
                Quantity(
                    "mean.half",
                    value / 2,
                    "ohm",
                    np.float64(std),
                    interval68=(value / 2 - std, value / 2 + 3 * std),
                    conditions={"temperature": np.float64(2.0), "side": "up"},
                    flags=("odd",),
                ),
                Quantity("mean.lost", float("nan"), "T", float("nan"), flags=("not reached",)),
                Quantity("mean.limit", 1e-3, "K", None, limit="upper"),
            ),
            curves={"all": curve},
            options=asdict(options),
            sources=(str(data.attrs["source"]),),
            synthetic=bool(int(data.attrs["synthetic"])),
            flags=("a flag of the whole",),
            references=("A. Author, Journal 1, 2 (2003)",),
        )

    return mean


def _ramp(calls: Calls) -> Callable[[RampOptions], xr.Dataset]:
    def ramp(options: RampOptions) -> xr.Dataset:
        calls.count["ramp"] += 1
        noise = np.random.default_rng(options.seed).normal(0, 0.01, options.rows)
        temperature = np.linspace(1, 3, options.rows)
        truth = [
            {"quantity": "mean.value", "value": 2 * options.slope},
            {"quantity": "mean.half", "value": options.slope, "conditions": {"temperature": 2.0}},
        ]
        return record(
            {"temperature": temperature, "resistance": options.slope * temperature + noise},
            Provenance(
                "ramp", "ramp", synthetic=True, seed=options.seed, options=json.dumps({"rows": 1})
            ),
            notes=[Note("a note of the simulation", line=3, column="x", rows=2)],
            attributes={"truth": json.dumps(truth)},
        )

    return ramp


def _figure(result: Result) -> Any:
    made = figure()
    axes = made.subplots()
    curve = result.curves["all"]
    readings(axes, curve["temperature"], curve["resistance"])
    axes.set_xlabel("temperature (K)")
    axes.set_title(", ".join(result.sources))
    return made


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """Put small fakes where the tables of analyses, simulations and figures are."""
    made = Calls(Counter())
    analysis = SimpleNamespace(
        function=_mean(made),
        options=MeanOptions,
        roles=("data",),
        optional_roles=("background",),
    )
    simulation = SimpleNamespace(function=_ramp(made), options=RampOptions)
    monkeypatch.setattr(papilio.analysis, "ANALYSES", {"mean": analysis}, raising=False)
    monkeypatch.setattr(papilio.simulate, "SIMULATIONS", {"ramp": simulation})
    monkeypatch.setattr(papilio.plot, "FIGURES", {"mean": _figure})
    return made


@pytest.fixture
def folder(tmp_path: Path, calls: Calls) -> Path:
    """A folder with a study of one file and one simulation."""
    rows = "".join(f"{1 + n / 10:.1f}\t{2 + n / 5:.1f}\n" for n in range(20))
    (tmp_path / "cooldown.txt").write_text(f"Temperature (K)\tResistance (Ohms)\n{rows}")
    (tmp_path / "small.toml").write_text(SMALL)
    return tmp_path


SMALL = """\
[study]
name = "small"
title = "A small study"

[samples.S2]
label = "sample two"

[measurements.cooldown]
sample = "S2"
files = ["cooldown.txt"]

[measurements.twin]
sample = "S2"
simulate = "ramp"
[measurements.twin.options]
slope = "3 ohm/K"

[questions.real]
analysis = "mean"
data = "cooldown"

[questions.made]
analysis = "mean"
data = "twin"
[questions.made.options]
above = "1500 mK"

[[references]]
quantity = "mean.value"
question = "real"
value = "4 ohm"
std = 0.5
where = "a book"
"""
