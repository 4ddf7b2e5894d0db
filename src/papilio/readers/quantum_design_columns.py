"""
Columns of the Quantum Design options: one small map for each, label in the file -> variable.

A label is written in lower case without its unit; ``#`` stands for the number of the channel or
bridge, which becomes ``_ch#`` in the variable.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

COMMON = {
    "time stamp": "time",
    "time": "time",
    "temperature": "temperature",
    "magnetic field": "field",
    "field": "field",
    "sample position": "angle",
}
BRIDGES = {
    "bridge # resistance": "resistance_ch#",
    "bridge # excitation": "excitation_current_ch#",
}
RESISTIVITY = {
    **COMMON,
    **BRIDGES,
    "bridge # resistivity": "resistivity_ch#",
    "bridge # std. dev.": "resistivity_ch#_std",
    "bridge # std.dev.": "resistivity_ch#_std",
}
LOG_DATA = {**COMMON, **BRIDGES}
# The bridges of an AC transport file are other inputs than its channels: they keep their label.
AC_TRANSPORT = {
    **COMMON,
    "excitation": "excitation_current",
    "frequency": "frequency",
    "volts ch#": "voltage_ch#",
    "v std.dev. ch#": "voltage_ch#_std",
    "res. ch#": "resistivity_ch#",
    "res. std.dev. ch#": "resistivity_ch#_std",
    "hall ch#": "hall_coefficient_ch#",
    "hall std.dev. ch#": "hall_coefficient_ch#_std",
    "crit.cur. ch#": "critical_current_ch#",
    "c.cur. std.dev. ch#": "critical_current_ch#_std",
}
ELECTRICAL_TRANSPORT = {
    **COMMON,
    "resistance ch#": "resistance_ch#",
    "resistance std. dev. ch#": "resistance_ch#_std",
    "phase angle ch#": "phase_ch#",
    "frequency ch#": "frequency_ch#",
    "ac current ch#": "excitation_current_ch#",
    "dc current ch#": "current_ch#",
}
VSM = {
    **COMMON,
    **BRIDGES,
    "moment": "moment",
    "m. std. err.": "moment_std",
    "frequency": "frequency",
}
ACMS = {
    **COMMON,
    **BRIDGES,
    "m-dc": "moment",
    "m-std.dev.": "moment_std",
    "m'": "moment_in_phase",
    "m''": "moment_out_of_phase",
    "moment": "moment_amplitude",
    "frequency": "frequency",
    "phase": "phase",
    "amplitude": "drive_field",
}
MPMS = {
    **COMMON,
    "long moment": "moment",
    "long scan std dev": "moment_std",
}
MPMS3 = {
    **COMMON,
    "moment": "moment",
    "m. std. err.": "moment_std",
    "frequency": "frequency",
    "rotation angle": "angle",
    "dc moment fixed ctr": "dc_moment_fixed_center",
    "dc moment err fixed ctr": "dc_moment_fixed_center_std",
    "dc moment free ctr": "dc_moment_free_center",
    "dc moment err free ctr": "dc_moment_free_center_std",
}


@dataclass(frozen=True)
class Application:
    """
    An option of the instrument, told by the BYAPP line.

    Attributes
    ----------
    name : str
        Name of the option.
    pattern : str
        Regular expression that the begin of the BYAPP line matches.
    columns : dict of str to str
        Label -> variable.
    """

    name: str
    pattern: str
    columns: dict[str, str]


APPLICATIONS = (
    Application("Resistivity", r"resistivity", RESISTIVITY),
    Application("ACTRANSPORT", r"ac\s?transport", AC_TRANSPORT),
    Application("ETO", r"electrical transport|eto", ELECTRICAL_TRANSPORT),
    Application("LogData", r"log\s?data", LOG_DATA),
    Application("VSM", r"vsm", VSM),
    Application("ACMS", r"acms", ACMS),
    Application("MPMS3", r"mpms\s?3|squid", MPMS3),
    Application("MPMS", r"mpms", MPMS),
)


def application(byapp: str, labels: list[str]) -> Application | None:
    """
    The option that wrote a file.

    Parameters
    ----------
    byapp : str
        Text of the BYAPP line, empty where the file has none.
    labels : list of str
        Labels of the columns, without units: without BYAPP the option that knows most of them.

    Returns
    -------
    Application or None
        None for an option that is not in the table.
    """
    if byapp.strip():
        matches = (
            entry for entry in APPLICATIONS if re.match(entry.pattern, byapp.strip().lower())
        )
        return next(matches, None)
    known = [sum(variable(label, entry) is not None for label in labels) for entry in APPLICATIONS]
    return APPLICATIONS[known.index(max(known))] if max(known) > 1 else None


def variable(label: str, option: Application | None) -> str | None:
    """
    Variable that a column holds.

    Parameters
    ----------
    label : str
        Label of the column without its unit.
    option : Application or None
        The option that wrote the file.

    Returns
    -------
    str or None
        None for a column that the map does not have.
    """
    columns = COMMON if option is None else option.columns
    plain = " ".join(label.lower().split())
    channel = re.search(r"\b(bridge |ch|ch )([1-9])\b", plain)
    if channel is None:
        return columns.get(plain)
    general = plain[: channel.start()] + channel[1].replace("ch ", "ch") + "#"
    name = columns.get(general + plain[channel.end() :])
    return None if name is None else name.replace("#", channel[2])
