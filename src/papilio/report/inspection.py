"""What a file holds, as text for a terminal."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import xarray as xr

from papilio.dataset import notes
from papilio.report.display import scale_of
from papilio.sweep import Sweep, split

#: Quantities that a laboratory sweeps, and the unit in which it gives the rate.
_SWEPT = {
    "field": ("T/min", 60.0),
    "temperature": ("K/min", 60.0),
    "current": ("A/min", 60.0),
    "gate_voltage": ("V/min", 60.0),
    "angle": ("deg/min", 60.0),
}
#: Sweeps and notes beyond these are only counted.
MOST_SWEEPS = 24
MOST_NOTES = 40
#: Below this part of its largest magnitude, a range is jitter of a set point and no sweep.
_JITTER = 0.005


def describe(file: Path, dataset: xr.Dataset) -> str:
    """
    What a file holds: format, columns kept and dropped, ranges, sweeps with rates, warnings.

    Parameters
    ----------
    file : Path
        The file.
    dataset : xarray.Dataset
        What was read from it.

    Returns
    -------
    str
        Lines of text.
    """
    kind = dataset.attrs["papilio_kind"]
    size = ", ".join(f"{size} {dimension}s" for dimension, size in dataset.sizes.items())
    synthetic = " SYNTHETIC" if int(dataset.attrs["synthetic"]) else ""
    lines = [
        f"{file.name}: {dataset.attrs['reader']}, {kind} of {size or 'nothing'}{synthetic}",
        f"  sha256 {dataset.attrs.get('source_sha256', '')}",
        "  columns kept:",
        *_columns(dataset),
        *_sweeps(dataset),
        *_remarks(dataset),
    ]
    return "\n".join(lines)


def _columns(dataset: xr.Dataset) -> list[str]:
    table = []
    for name, variable in dataset.data_vars.items():
        values = variable.values.astype(float)
        finite = values[np.isfinite(values)]
        unit = str(variable.attrs.get("units", ""))
        original = str(variable.attrs.get("original_name", ""))
        if finite.size:
            span = f"{finite.min():.6g} to {finite.max():.6g} {unit}".rstrip()
        else:
            span = "no values"
        count = "" if finite.size == values.size else f"{finite.size} of {values.size} values"
        table.append((str(name), span, count, f"“{original}”" if original else ""))
    widths = [max((len(row[column]) for row in table), default=0) for column in range(4)]
    return [
        "    "
        + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in table
    ]


def _sweeps(dataset: xr.Dataset) -> list[str]:
    if dataset.attrs["papilio_kind"] != "record":
        return []
    lines: list[str] = []
    for name in map(str, dataset.data_vars):
        if name not in _SWEPT or dataset.sizes.get("row", 0) < 3:
            continue
        values = dataset[name].values.astype(float)
        known = values[np.isfinite(values)]
        if known.size < 3 or np.ptp(known) <= _JITTER * np.abs(known).max():
            continue
        moving = [sweep for sweep in split(dataset, name) if sweep.direction]
        if not moving:
            continue
        lines.append(f"  sweeps of {name}: {len(moving)}")
        lines += [f"    {_sweep(sweep)}" for sweep in moving[:MOST_SWEEPS]]
        if len(moving) > MOST_SWEEPS:
            lines.append(f"    and {len(moving) - MOST_SWEEPS} more")
    return lines


def _sweep(sweep: Sweep) -> str:
    unit_per_minute, seconds = _SWEPT[sweep.by]
    unit = unit_per_minute.removesuffix("/min")
    factor, shown = scale_of(unit, [sweep.start, sweep.stop])
    way = "up  " if sweep.direction > 0 else "down"
    text = f"{way} {sweep.start / factor:.5g} to {sweep.stop / factor:.5g} {shown}"
    text += f", {sweep.rows.size} readings"
    if sweep.rate is not None:
        text += f", {sweep.rate * seconds:.3g} {unit_per_minute}"
    return text


def _remarks(dataset: xr.Dataset) -> list[str]:
    remarks = notes(dataset)
    if not remarks:
        return ["  nothing was left out"]
    lines = [f"  left out or odd: {len(remarks)}"]
    for note in remarks[:MOST_NOTES]:
        where = ", ".join(
            part for part in (f"line {note.line}" if note.line else "", note.column or "") if part
        )
        rows = f" ({note.rows} rows)" if note.rows else ""
        lines.append(f"    {where + ': ' if where else ''}{note.message}{rows}")
    if len(remarks) > MOST_NOTES:
        lines.append(f"    and {len(remarks) - MOST_NOTES} more")
    return lines
