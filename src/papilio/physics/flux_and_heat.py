"""What a current and a magnet can do in a bar: phase slips, flux, heat."""

from __future__ import annotations

from math import pi

from papilio.constants import (
    BOLTZMANN,
    ELEMENTARY_CHARGE,
    FLUX_QUANTUM,
    PLANCK,
    REDUCED_PLANCK,
    VACUUM_PERMEABILITY,
)


def phase_slip_rate(voltage: float) -> float:
    """
    Phase slips per second behind a voltage, V/Phi_0.

    Parameters
    ----------
    voltage : float
        V.

    Returns
    -------
    float
        1/s.

    References
    ----------
    Josephson, Phys. Lett. 1, 251 (1962), doi:10.1016/0031-9163(62)91369-0: d(phase)/dt = 2eV/hbar.
    """
    return voltage / FLUX_QUANTUM


def edge_flux(areal_moment: float, length: float) -> float:
    """
    Flux that leaves the edge of a sheet magnetised across its length, mu0 m L.

    Parameters
    ----------
    areal_moment : float
        Moment per area m, A.
    length : float
        Length L of the edge, m.

    Returns
    -------
    float
        Wb; by symmetry about half of it crosses the plane of the sheet.
    """
    return VACUUM_PERMEABILITY * areal_moment * length


def reversal_heat(areal_moment: float, coercive_field: float, area: float) -> float:
    """
    Heat of one reversal of a sheet of magnet, 2 m Bc per area: half of the loop's area.

    Parameters
    ----------
    areal_moment : float
        Moment per area m, A.
    coercive_field : float
        Bc, T.
    area : float
        m^2.

    Returns
    -------
    float
        J.
    """
    return 2 * areal_moment * coercive_field * area


def thermal_conductance_quantum(temperature: float) -> float:
    """
    Largest thermal conductance of one channel, pi^2 kB^2 T/(3 h).

    Parameters
    ----------
    temperature : float
        K.

    Returns
    -------
    float
        W/K.

    References
    ----------
    Pendry, J. Phys. A 16, 2161 (1983), doi:10.1088/0305-4470/16/10/012; measured by Schwab et al.,
    Nature 404, 974 (2000), doi:10.1038/35010065.
    """
    return pi**2 * BOLTZMANN**2 * temperature / (3 * PLANCK)


def junction_critical_current(coupling: float) -> float:
    """
    Critical current of a Josephson junction, 2 e E_J/hbar.

    Parameters
    ----------
    coupling : float
        E_J, J.

    Returns
    -------
    float
        A.
    """
    return 2 * ELEMENTARY_CHARGE * coupling / REDUCED_PLANCK
