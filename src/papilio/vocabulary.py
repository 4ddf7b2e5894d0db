"""The names that variables of a Dataset have, each with its SI unit and its sign."""

from __future__ import annotations

#: Name -> (SI unit, meaning and sign).
VOCABULARY: dict[str, tuple[str, str]] = {
    "time": ("s", "time since the start of the record"),
    "temperature": ("K", "temperature of the sample thermometer"),
    "field": ("T", "mu0 H along the axis that is swept, signed"),
    "field_x": ("T", "mu0 H along x of a vector magnet"),
    "field_y": ("T", "mu0 H along y of a vector magnet"),
    "field_z": ("T", "mu0 H along z of a vector magnet"),
    "angle": ("deg", "angle of the sample holder"),
    "current": ("A", "current through the sample, signed"),
    "excitation_current": ("A", "amplitude of the measuring current"),
    "voltage": ("V", "voltage along the current, signed"),
    "resistance": ("ohm", "four-terminal resistance, voltage = resistance * current"),
    "sheet_resistance": ("ohm", "resistance per square"),
    "hall_resistance": ("ohm", "transverse resistance R_xy, voltage_xy = R_xy * current_x"),
    "differential_resistance": ("ohm", "dV/dI"),
    "conductance": ("S", "current over voltage"),
    "differential_conductance": ("S", "dI/dV"),
    "gate_voltage": ("V", "voltage on the gate"),
    "moment": ("A*m^2", "magnetic moment along the field"),
    "frequency": ("Hz", "frequency of the excitation"),
    "phase": ("deg", "lock-in phase"),
    "density": ("1/m^2", "sheet density of the carriers"),
    "critical_temperature": ("K", "critical temperature of the superconductor"),
    "transition_width": ("K", "width of the superconducting transition"),
    "delta_R": ("ohm", "resistance at the peak of a field loop less that at zero field"),
    "sweep_rate": ("T/s", "magnitude of the rate of a field sweep"),
    "binding_energy": ("eV", "binding energy of a photoelectron"),
    "intensity": ("", "counts of a detector"),
}


def base_name(name: str) -> str | None:
    """
    The quantity behind a variable's name, or None when the vocabulary does not have it.

    ``resistance_ch2_std`` -> ``resistance``; ``helium_level`` -> None.

    Parameters
    ----------
    name : str
        Name of a variable.

    Returns
    -------
    str or None
        A key of `VOCABULARY`.
    """
    stem = name.removesuffix("_std")
    matches = [key for key in VOCABULARY if stem == key or stem.startswith(key + "_")]
    return max(matches, key=len) if matches else None
