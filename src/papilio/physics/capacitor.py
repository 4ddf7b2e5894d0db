"""The parallel-plate capacitor of a gate."""

from __future__ import annotations

from papilio.constants import ELEMENTARY_CHARGE

#: CODATA 2018, F/m.
VACUUM_PERMITTIVITY = 8.8541878128e-12


def capacitance(permittivity: float, thickness: float) -> float:
    """
    Capacitance per area of two parallel plates, C = eps0 eps / d.

    Parameters
    ----------
    permittivity : float
        Of the dielectric, relative to vacuum.
    thickness : float
        Distance of the plates, m.

    Returns
    -------
    float
        F/m^2.
    """
    return VACUUM_PERMITTIVITY * permittivity / thickness


def capacitance_of_slope(slope: float) -> float:
    """
    Capacitance per area that moves carriers at a given rate, C = e dn/dV.

    Parameters
    ----------
    slope : float
        Change of the sheet density with the voltage of the gate, 1/(m^2 V).

    Returns
    -------
    float
        F/m^2.
    """
    return ELEMENTARY_CHARGE * slope
