"""Relations between resistance, coherence and critical temperature of a dirty superconductor."""

from __future__ import annotations

from papilio.constants import (
    BOLTZMANN,
    ELEMENTARY_CHARGE,
    REDUCED_PLANCK,
    RESISTANCE_QUANTUM_PAIR,
)


def vortex_unbinding_temperature(Tc: float, sheet_resistance: float) -> float:
    """
    Berezinskii-Kosterlitz-Thouless temperature of a uniform dirty film, without granularity.

    T_BKT = Tc / (1 + 0.173 R_S e^2/hbar).

    Parameters
    ----------
    Tc : float
        Mean-field critical temperature, K.
    sheet_resistance : float
        Normal-state resistance per square, ohm.

    Returns
    -------
    float
        K.

    References
    ----------
    Beasley, Mooij and Orlando, Phys. Rev. Lett. 42, 1165 (1979), doi:10.1103/PhysRevLett.42.1165.
    """
    return Tc / (1 + 0.173 * sheet_resistance * ELEMENTARY_CHARGE**2 / REDUCED_PLANCK)


def strip_barrier(
    Tc: float, sheet_resistance: float, width: float, coherence_length: float
) -> float:
    """
    Energy barrier at T = 0 of a phase slip over the whole cross-section of a dirty strip.

    0.83 kB Tc (R_Q/R_N)(L/xi) with R_N/L = R_S/width: the condensation energy at T = 0 in numbers
    that are measured. Factors of order one depend on the form: the condensation energy
    N(0) Delta^2/2 of Bardeen, Cooper and Schrieffer with the dirty-limit xi gives 0.74, the
    Ginzburg-Landau barrier extrapolated from near Tc gives 2.2.

    Parameters
    ----------
    Tc : float
        Critical temperature, K.
    sheet_resistance : float
        Normal-state resistance per square, ohm.
    width : float
        Width of the strip, m.
    coherence_length : float
        Ginzburg-Landau coherence length at T = 0, m.

    Returns
    -------
    float
        J.

    References
    ----------
    Tinkham and Lau, Appl. Phys. Lett. 80, 2946 (2002), doi:10.1063/1.1474619.
    """
    squares = width / coherence_length
    return 0.83 * BOLTZMANN * Tc * RESISTANCE_QUANTUM_PAIR / sheet_resistance * squares


def clean_coherence_length(coherence_length: float, mean_free_path: float) -> float:
    """
    Coherence length xi_0 without scattering, from xi = 0.855 sqrt(xi_0 l) of the dirty limit.

    Parameters
    ----------
    coherence_length : float
        Ginzburg-Landau coherence length at T = 0, m.
    mean_free_path : float
        l, m.

    Returns
    -------
    float
        m; the dirty limit is the right one where it is well above `mean_free_path`.

    References
    ----------
    Tinkham, Introduction to Superconductivity, 2nd ed. (1996), Eq. (4.24b).
    """
    return (coherence_length / 0.855) ** 2 / mean_free_path
