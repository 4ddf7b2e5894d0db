"""
Pair breaking in dirty superconductors: one law for perpendicular, parallel and Pauli fields.

Every mechanism that breaks time-reversal symmetry of the pairs enters through one energy alpha,

    ln(T/Tc) + psi(1/2 + alpha/(2 pi kB T)) - psi(1/2) = 0,

and the energies of different mechanisms add (Maki, Phys. Rev. 148, 362 (1966),
doi:10.1103/PhysRev.148.362; Tinkham, Introduction to Superconductivity, 2nd ed., Sec. 10.2). Here

- perpendicular field: alpha = D e B;
- parallel field, film of thickness d thinner than xi: alpha = D e^2 d^2 B^2 / (6 hbar);
- spins, strong spin-orbit scattering: alpha = (muB B)^2 / Gamma.

What was checked, and how. The two orbital energies give, with the law, Tinkham's ratio of the two
fields near Tc, Phi_0 sqrt(12)/(2 pi xi d), exactly (test). The spin energy and Gamma = hbar/(3 tau)
follow from the equation of Werthamer, Helfand and Hohenberg, Phys. Rev. 147, 295 (1966),
doi:10.1103/PhysRev.147.295, which is summed term by term over the Matsubara frequencies in the
tests, for large lambda_so = hbar/(3 pi kB Tc tau_so). The sum was compared with a public
implementation of it, not with the printed page. With the scattering time itself the convention is
that of Klemm, Luther and Beasley, Phys. Rev. B 12, 877 (1975), doi:10.1103/PhysRevB.12.877:
isotropic spin-orbit scattering relaxes triplet pairs at 4/(3 tau) (Hikami, Larkin and Nagaoka,
Prog. Theor. Phys. 63, 707 (1980), doi:10.1143/PTP.63.707), and the singlet that the field mixes
with one of them is broken with Gamma = 2 hbar/(3 tau) (test). Gamma = hbar/tau is that under which
the papers on oxide interfaces are quoted (Rout, Maniv and Dagan, Phys. Rev. Lett. 119, 237002
(2017), doi:10.1103/PhysRevLett.119.237002). The texts of Klemm et al. and of Rout et al. were
not at hand. Gamma itself depends on no convention.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from papilio.constants import (
    BOHR_MAGNETON,
    BOLTZMANN,
    ELEMENTARY_CHARGE,
    REDUCED_PLANCK,
)

Array = NDArray[np.float64]

#: alpha at T = 0 over kB Tc, pi/(2 exp(Euler's constant)) = 0.8819: half of the gap at T = 0.
ALPHA_AT_ZERO = float(np.pi / (2 * np.exp(np.euler_gamma)))
#: Perpendicular field at T = 0 over -Tc dB/dT at Tc, pi^2/(8 exp(Euler's constant)) = 0.6927.
WHH_RATIO = float(np.pi**2 / (8 * np.exp(np.euler_gamma)))
#: Whose convention -> Gamma tau_so / hbar. The energy hbar/tau_so is Gamma divided by it.
CONVENTIONS: Mapping[str, float] = MappingProxyType(
    {"whh_maki": 1 / 3, "klemm_luther_beasley": 2 / 3, "oxide": 1.0}
)

_PSI_HALF = float(special.digamma(0.5))


def reduced_pair_breaking(reduced_temperature: ArrayLike) -> Array:
    """
    Pair-breaking energy that brings Tc down to T, in units of the one that destroys it at T = 0.

    Parameters
    ----------
    reduced_temperature : array, any shape
        t = T/Tc, zero or above.

    Returns
    -------
    ndarray
        alpha(t)/alpha(0): 1 at t = 0, 0 from t = 1 on.

    References
    ----------
    Abrikosov and Gor'kov's law in Maki's form, doi:10.1103/PhysRev.148.362; solved by Newton's
    method and checked with 30-digit root finding (mpmath).
    """
    t = np.asarray(reduced_temperature, float)
    # At t < 1e-6 the result is one to twelve digits, and 1/t stays small enough to compute with.
    inside = np.clip(t, 1e-6, 1.0)
    target = _PSI_HALF - np.log(inside)
    # psi is concave: from below the root, Newton's method climbs to it without passing it.
    u = np.maximum(np.exp(target) - 0.5, -np.log(inside) * 2 / np.pi**2)
    for _ in range(8):
        u = u + (target - special.digamma(0.5 + u)) / special.polygamma(1, 0.5 + u)
    reduced = 4 * np.exp(np.euler_gamma) * inside * u
    return np.where(t >= 1, 0.0, np.where(t < 1e-6, 1.0, reduced))


def critical_pair_breaking(temperature: ArrayLike, Tc: float) -> Array:
    """
    Pair-breaking energy at which superconductivity vanishes at a temperature.

    Parameters
    ----------
    temperature : array, any shape
        K.
    Tc : float
        Critical temperature without pair breaking, K.

    Returns
    -------
    ndarray
        alpha, J; zero above Tc.

    References
    ----------
    doi:10.1103/PhysRev.148.362.
    """
    reduced = reduced_pair_breaking(np.asarray(temperature, float) / Tc)
    return np.asarray(ALPHA_AT_ZERO * BOLTZMANN * Tc * reduced)


def perpendicular_field(temperature: ArrayLike, field_at_zero: float, Tc: float) -> Array:
    """
    Perpendicular upper critical field in the dirty limit, without spin effects (WHH).

    Parameters
    ----------
    temperature : array, any shape
        K.
    field_at_zero : float
        mu0 Hc2(0), T.
    Tc : float
        Critical temperature, K.

    Returns
    -------
    ndarray
        Field, T; zero above Tc.

    References
    ----------
    Werthamer, Helfand and Hohenberg, doi:10.1103/PhysRev.147.295, without spin terms:
    ln(1/t) = psi(1/2 + h/2t) - psi(1/2), h = (4/pi^2) B/(-dB/dt at t = 1).
    """
    return np.asarray(field_at_zero * reduced_pair_breaking(np.asarray(temperature, float) / Tc))


def whh_reduced_field(reduced_temperature: ArrayLike) -> Array:
    """
    h*(t): perpendicular field over its slope at Tc, B(t)/(-dB/dt at t = 1), dirty limit, no spins.

    Parameters
    ----------
    reduced_temperature : array, any shape
        t = T/Tc.

    Returns
    -------
    ndarray
        0.6927 at t = 0, 1 - t close to t = 1.

    References
    ----------
    doi:10.1103/PhysRev.147.295.
    """
    return np.asarray(WHH_RATIO * reduced_pair_breaking(reduced_temperature))


def parallel_field(temperature: ArrayLike, field_at_zero: float, Tc: float) -> Array:
    """
    Parallel upper critical field of a thin film, where every pair-breaking energy goes as B^2.

    Orbital and spin terms have the same dependence on field and temperature, so `field_at_zero`
    and Tc are all that such data can tell.

    Parameters
    ----------
    temperature : array, any shape
        K.
    field_at_zero : float
        mu0 Hc2(0), T.
    Tc : float
        Critical temperature, K.

    Returns
    -------
    ndarray
        Field, T; zero above Tc.

    References
    ----------
    doi:10.1103/PhysRev.148.362; doi:10.1103/PhysRevB.12.877 for a single layer.
    """
    return np.asarray(
        field_at_zero * np.sqrt(reduced_pair_breaking(np.asarray(temperature, float) / Tc))
    )


def diffusivity(perpendicular_field_at_zero: float, Tc: float) -> float:
    """
    Diffusion constant from the perpendicular field, D = alpha(0)/(e B(0)).

    The same as D = 4 kB/(pi e) / (-dB/dT at Tc).

    Parameters
    ----------
    perpendicular_field_at_zero : float
        mu0 Hc2(0) of the dirty limit, T.
    Tc : float
        Critical temperature, K.

    Returns
    -------
    float
        m^2/s.

    References
    ----------
    doi:10.1103/PhysRev.147.295.
    """
    return ALPHA_AT_ZERO * BOLTZMANN * Tc / (ELEMENTARY_CHARGE * perpendicular_field_at_zero)


def parallel_orbital_curvature(diffusion: float, thickness: float) -> float:
    """
    Orbital pair-breaking energy of a parallel field over the square of the field.

    alpha = D e^2 d^2 B^2 / (6 hbar), for a film thinner than xi with specular or diffuse faces.

    Parameters
    ----------
    diffusion : float
        Diffusion constant, m^2/s.
    thickness : float
        d, m.

    Returns
    -------
    float
        alpha/B^2, J/T^2.

    References
    ----------
    Half of hbar D times the mean square of (2 e A/hbar)^2 over the thickness, A = B z; Tinkham,
    Introduction to Superconductivity, 2nd ed., Sec. 10.2.
    """
    return diffusion * (ELEMENTARY_CHARGE * thickness) ** 2 / (6 * REDUCED_PLANCK)


def spin_orbit_gamma(parallel_field_at_zero: float, Tc: float, orbital: float = 0.0) -> float:
    """
    Spin-orbit energy Gamma of the spin pair breaking (muB B)^2/Gamma.

    Without an orbital term (2 muB B(0))^2 = 3.53 kB Tc Gamma. An orbital term takes its part of
    the pair breaking, so Gamma rises with it: the value for none is the lower bound.

    Parameters
    ----------
    parallel_field_at_zero : float
        mu0 Hc2(0) parallel to the film, T.
    Tc : float
        Critical temperature, K.
    orbital : float, optional
        `parallel_orbital_curvature`, J/T^2.

    Returns
    -------
    float
        J; infinite where the orbital term alone accounts for the field, or more.

    References
    ----------
    doi:10.1103/PhysRev.148.362; doi:10.1103/PhysRev.147.295.
    """
    total = ALPHA_AT_ZERO * BOLTZMANN * Tc / parallel_field_at_zero**2
    return float("inf") if orbital >= total else BOHR_MAGNETON**2 / (total - orbital)


def largest_thickness(perpendicular_field_at_zero: float, parallel_field_at_zero: float) -> float:
    """
    Thickness of a film whose parallel field is limited by orbital pair breaking alone.

    d^2 = 6 hbar B_perp(0)/(e B_par(0)^2); spin pair breaking leaves less for the orbital one, so
    the film is thinner than that.

    Parameters
    ----------
    perpendicular_field_at_zero, parallel_field_at_zero : float
        mu0 Hc2(0) of the pair-breaking law, T.

    Returns
    -------
    float
        m.

    References
    ----------
    The condition D e B_perp = D e^2 d^2 B_par^2/(6 hbar) of equal pair breaking.
    """
    square = 6 * REDUCED_PLANCK * perpendicular_field_at_zero / ELEMENTARY_CHARGE
    return float(np.sqrt(square) / parallel_field_at_zero)


def spin_law_residual(
    temperature: ArrayLike, field: ArrayLike, gamma: ArrayLike, Tc: float
) -> Array:
    """
    Equation of the Pauli-limited field at any spin-orbit scattering, zero at the critical field.

    The equation of WHH without orbital term. Its limit for large Gamma is the law of this module
    with alpha = (muB B)^2/Gamma; the expansion parameter is 2 muB B/Gamma.

    Parameters
    ----------
    temperature : array, any shape
        K, above zero.
    field : array, same shape
        T.
    gamma : array, same shape
        hbar/(3 tau_so) in the convention of WHH, J.
    Tc : float
        Critical temperature without field, K.

    Returns
    -------
    ndarray
        ln(T/Tc) + ...; positive above the critical field.

    References
    ----------
    doi:10.1103/PhysRev.147.295, with h -> 0 at constant alpha h = muB B/(pi kB Tc); the closed
    form is checked in the tests with the sum over Matsubara frequencies.
    """
    t = np.asarray(temperature, float) / Tc
    scale = np.pi * BOLTZMANN * Tc
    x = BOHR_MAGNETON * np.asarray(field, float) / scale
    half = np.asarray(gamma, float) / scale / 2
    root = np.sqrt((half**2 - x**2).astype(complex))
    # At half = x the two terms are singular and their sum is not: step aside.
    root = np.where(np.abs(root) < 1e-6 * half, 1e-6 * half, root)
    share = half / (2 * root)
    near = special.digamma(0.5 + (half - root) / (2 * t))
    far = special.digamma(0.5 + (half + root) / (2 * t))
    total = (0.5 + share) * near + (0.5 - share) * far - _PSI_HALF
    return np.asarray(np.log(t) + total.real)
