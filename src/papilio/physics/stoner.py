"""Stoner's criterion: exchange parameter and its product with the density of states."""

from __future__ import annotations


def exchange_parameter(splitting: float, moment: float) -> float:
    """
    Stoner parameter, I = Delta / m.

    Parameters
    ----------
    splitting : float
        Exchange splitting of the bands, eV.
    moment : float
        Magnetic moment of one atom, Bohr magnetons.

    Returns
    -------
    float
        Energy, eV for each Bohr magneton.

    References
    ----------
    Stoner, Proc. R. Soc. A 165, 372 (1938), doi:10.1098/rspa.1938.0066: the molecular field is
    proportional to the magnetisation. As used in doi:10.1038/s41467-025-58300-9, Methods.
    """
    return splitting / moment


def density_of_one_atom_and_spin(density_of_states: float, atoms: float) -> float:
    """
    Density of states at the Fermi energy of one atom and one spin, N / (2 atoms).

    Parameters
    ----------
    density_of_states : float
        Of the whole cell and both spins, without polarisation, 1/eV.
    atoms : float
        Number of atoms that share it alike.

    Returns
    -------
    float
        1/eV.
    """
    return density_of_states / (2 * atoms)


def product(density_of_states: float, exchange: float) -> float:
    """
    Stoner product N I; the unpolarised state is unstable above one.

    With the splitting Delta = I m of an atom of moment m, the criterion holds for the density of
    states of one atom and one spin: a splitting Delta moves N Delta/2 electrons of each atom from
    one spin to the other, m = N Delta, and the moment feeds itself if N I > 1.

    Parameters
    ----------
    density_of_states : float
        1/eV; of one atom and one spin for the criterion to mean what it says.
    exchange : float
        Stoner parameter, eV.

    Returns
    -------
    float
        Pure number.

    References
    ----------
    Stoner, Proc. R. Soc. A 165, 372 (1938), doi:10.1098/rspa.1938.0066.
    """
    return density_of_states * exchange
