"""What an array shows at one moment: bond phases, vortices, energy, stiffness."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from papilio.simulate.josephson_array.array import Array
from papilio.simulate.josephson_array.geometry import circulation
from papilio.simulate.josephson_array.state import Conditions, State, phases

Floats = NDArray[np.float64]
TWO_PI = 2 * np.pi


def bond_phases(array: Array, state: State, conditions: Conditions) -> Floats:
    """
    Gauge-invariant phase differences of the bonds, in turns.

    Parameters
    ----------
    array : Array
        The array.
    state : State
        Where it stands.
    conditions : Conditions
        Whose gauge patterns count.

    Returns
    -------
    array, shape (replicas, 2, Ly, Lx)
        Between -1/2 and 1/2; beyond the edge of an open lattice they mean nothing.
    """
    sites = phases(array, state)
    bonds = np.stack(
        [np.roll(sites, -1, axis=2) - sites, np.roll(sites, -1, axis=1) - sites], axis=1
    )
    if array.periodic:
        bonds += state.twists[:, :, None, None]
    if array.gauges is not None:
        bonds -= array.gauges[conditions.gauge]
    wrapped: Floats = bonds - np.rint(bonds)
    return wrapped


def bond_couplings(array: Array, conditions: Conditions) -> Floats:
    """
    Couplings of the bonds over E_J, zero where a bond leads nowhere.

    Parameters
    ----------
    array : Array
        The array.
    conditions : Conditions
        Whose coupling patterns count.

    Returns
    -------
    array, shape (replicas, 2, Ly, Lx)
        Couplings.
    """
    exists = array.bond_exists.astype(float)
    if array.couplings is None:
        return np.broadcast_to(exists, (conditions.replicas, *exists.shape))
    couplings: Floats = array.couplings[conditions.coupling] * exists
    return couplings


def vorticity(array: Array, bonds: Floats, conditions: Conditions) -> Floats:
    """
    Vortices on each plaquette: whole numbers, +1 where the phase winds counter-clockwise.

    Parameters
    ----------
    array : Array
        The array.
    bonds : array, shape (replicas, 2, Ly, Lx)
        From `bond_phases`.
    conditions : Conditions
        Whose flux patterns count.

    Returns
    -------
    array, shape (replicas, Ly, Lx)
        Vortices; zero beyond the edge of an open lattice.
    """
    turns = circulation(bonds)
    if array.fluxes is not None:
        turns = turns + array.fluxes[conditions.gauge]
    count: Floats = np.rint(turns)
    if not array.periodic:
        count[:, -1, :] = 0
        count[:, :, -1] = 0
    return count


@dataclass(frozen=True)
class Moments:
    """
    Sums over the moments looked at, one entry for each replica.

    Attributes
    ----------
    count : int
        Number of moments.
    energy : array, shape (replicas,)
        Energy of a site over E_J, with the sign of -cos.
    vortices : array, shape (replicas,)
        Number of plaquettes' vortices, of either sign, over the number of plaquettes.
    cosine, sine, sine_squared : array, shape (replicas, 2)
        Mean over the sites of coupling times cosine, and of coupling times sine and its square,
        of the bonds along x and y.
    vortex_map : array, shape (replicas, Ly, Lx)
        Vorticity.
    """

    count: int
    energy: Floats
    vortices: Floats
    cosine: Floats
    sine: Floats
    sine_squared: Floats
    vortex_map: Floats

    def __add__(self, other: Moments) -> Moments:
        return Moments(
            self.count + other.count,
            self.energy + other.energy,
            self.vortices + other.vortices,
            self.cosine + other.cosine,
            self.sine + other.sine,
            self.sine_squared + other.sine_squared,
            self.vortex_map + other.vortex_map,
        )


def moments(array: Array, state: State, conditions: Conditions) -> Moments:
    """
    What the array shows now.

    Parameters
    ----------
    array : Array
        The array.
    state : State
        Where it stands.
    conditions : Conditions
        Of the replicas.

    Returns
    -------
    Moments
        Of one moment; add them up.
    """
    bonds = bond_phases(array, state, conditions)
    couplings = bond_couplings(array, conditions)
    cosine = (couplings * np.cos(TWO_PI * bonds)).mean(axis=(2, 3))
    sine = (couplings * np.sin(TWO_PI * bonds)).mean(axis=(2, 3))
    vortices = vorticity(array, bonds, conditions)
    plaquettes = vortices[0].size
    if not array.periodic:
        plaquettes = max((array.rows - 1) * (array.columns - 1), 1)
    return Moments(
        count=1,
        energy=-cosine.sum(axis=1),
        vortices=np.abs(vortices).sum(axis=(1, 2)) / plaquettes,
        cosine=cosine,
        sine=sine,
        sine_squared=sine**2,
        vortex_map=vortices,
    )


def helicity_modulus(array: Array, sums: Moments, temperature: Floats) -> Floats:
    """
    Helicity modulus (phase stiffness) along x and y over E_J.

    (1/N) <sum J cos> - (1/(N T)) <(sum J sin)^2> at a fixed twist, sums over the bonds of one
    direction (Ohta and Jasnow, doi:10.1103/PhysRevB.20.139).

    Parameters
    ----------
    array : Array
        With boundary "fixed-twist".
    sums : Moments
        Of moments in equilibrium.
    temperature : array, shape (replicas,)
        k_B T/E_J.

    Returns
    -------
    array, shape (replicas, 2)
        Helicity modulus.
    """
    sites = array.rows * array.columns
    fluctuation = sites * sums.sine_squared / sums.count / temperature[:, None]
    modulus: Floats = sums.cosine / sums.count - fluctuation
    return modulus
