"""What a Quantum Design file implies: resistances of AC transport, the moment of an MPMS3 file."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from papilio.readers.assemble import Variables
from papilio.readers.findings import Findings
from papilio.readers.quantum_design_columns import Application

_CHANNELS = "123456789"


def add(
    variables: Variables,
    made_by: Application | None,
    facts: dict[str, str | int | float],
    moment: str,
    findings: Findings,
) -> None:
    """
    Add what the columns of a file imply.

    Parameters
    ----------
    variables : Variables
        Is added to.
    made_by : Application or None
        The option that wrote the file.
    facts : dict
        Facts of the header.
    moment : str
        The moment wanted of an MPMS3 file.
    findings : Findings
        Is told of choices.
    """
    option = None if made_by is None else made_by.name
    if option == "ACTRANSPORT":
        _voltage_over_current(variables)
    if option == "Resistivity":
        _resistance_of_bridges(variables, facts, findings)
    if option == "MPMS3":
        _moment(variables, moment, findings)
    if option == "MPMS" and "temperature" not in variables.values:
        _mean_temperature(variables, findings)


def _quotient(above: NDArray[np.float64], below: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        return np.where(below == 0, np.nan, above / below)


def _voltage_over_current(variables: Variables) -> None:
    """
    Resistance = voltage / excitation current for each channel.

    The file states both as amplitudes of one kind: its resistivity times the lead separation over
    the cross section of the header equals this quotient to eight digits. The standard deviation is
    that of the voltage over the current; the one the file gives for the resistivity is scaled
    with the value and vanishes where the sample superconducts.
    """
    current = variables.values.get("excitation_current")
    if current is None:
        return
    for channel in _CHANNELS:
        name = f"voltage_ch{channel}"
        for end in ("", "_std"):
            if name + end in variables.values:
                label = f"{variables.labels[name + end]} / {variables.labels['excitation_current']}"
                values = _quotient(
                    variables.values[name + end], np.abs(current) if end else current
                )
                variables.put(f"resistance_ch{channel}{end}", values, "ohm", label)


def _resistance_of_bridges(
    variables: Variables, facts: dict[str, str | int | float], findings: Findings
) -> None:
    """
    Resistance and its standard deviation for each bridge.

    "Resistivity" is the resistance, a thousandth of it or a true resistivity, as the geometry in
    the header was set; only the resistance column can be relied on, and a column in ohm.
    """
    for channel in _CHANNELS:
        resistivity, resistance = f"resistivity_ch{channel}", f"resistance_ch{channel}"
        if resistivity not in variables.values:
            continue
        in_ohm = variables.units[resistivity] == "ohm"
        if resistance not in variables.values:
            if not in_ohm:
                findings.add(
                    f"'{variables.labels[resistivity]}' cannot be turned into a resistance, "
                    "because with the geometry of the header it may be R or R/1000; "
                    f"compare one value and name it in the study as {resistance}",
                    column=variables.labels[resistivity],
                )
                continue
            variables.put(
                resistance,
                variables.values[resistivity],
                "ohm",
                variables.labels[resistivity],
            )
            variables.drop(resistivity)
        deviation = f"{resistivity}_std"
        if deviation not in variables.values or variables.values[resistance].size == 0:
            continue
        spread = variables.values[deviation]
        if resistivity in variables.values:
            scale = _quotient(variables.values[resistance], variables.values[resistivity])
            known = scale[np.isfinite(scale)]
            spread = spread * (float(np.median(known)) if known.size else np.nan)
        else:
            variables.drop(deviation)
        variables.put(f"{resistance}_std", spread, "ohm", f"Bridge {channel} Std. Dev.")


def _moment(variables: Variables, wanted: str, findings: Findings) -> None:
    """The moment that was asked for, or that the file has."""
    fixed, free = "dc_moment_fixed_center", "dc_moment_free_center"
    source = {"fixed center": fixed, "free center": free}.get(wanted)
    measured = "moment" in variables.values and bool(np.isfinite(variables.values["moment"]).any())
    if source is None:
        if wanted == "moment" or measured:
            if measured and fixed in variables.values:
                gaps = np.isnan(variables.values["moment"]) & np.isfinite(variables.values[fixed])
                if gaps.any():
                    findings.add(
                        f"'Moment' is blank on {int(gaps.sum())} rows that have a DC moment; "
                        f"see {fixed}",
                        column=variables.labels["moment"],
                        rows=int(gaps.sum()),
                    )
            return
        source = fixed if fixed in variables.values else free
    if source not in variables.values or variables.values[source].size == 0:
        return
    for end in ("", "_std"):
        if source + end in variables.values:
            variables.put(
                "moment" + end,
                variables.values[source + end].copy(),
                "A*m^2",
                variables.labels[source + end],
            )
    if "moment_std" in variables.values and f"{source}_std" not in variables.values:
        variables.drop("moment_std")
    why = "as asked for" if wanted != "auto" else "because 'Moment' is blank"
    findings.add(f"the moment is '{variables.labels[source]}', {why}")


def _mean_temperature(variables: Variables, findings: Findings) -> None:
    ends = [name for name in variables.values if re.fullmatch("(start|end)_temperature", name)]
    if len(ends) == 2:
        mean = (variables.values[ends[0]] + variables.values[ends[1]]) / 2
        variables.put("temperature", mean, "K", "mean of start and end temperature")
        findings.add("the temperature is the mean of those at start and end of each row")
