"""
Bonds, plaquettes and gauge fields of a square lattice, in fluxes per plaquette.

Site (x, y) sits at column x, row y. Bond 0 of a site leads to (x + 1, y), bond 1 to (x, y + 1);
plaquette (x, y) has the site at its lower left corner. Bond arrays have shape (2, Ly, Lx), on open
lattices with bonds that lead nowhere, which are ignored. Around a plaquette, counter-clockwise,
the gauge field (in turns) adds up to its flux (in flux quanta). The gauge is Coulomb's: the field
has no divergence and, on a ring, the part that changes has no mean, so that a flux that changes in
time induces its whole electromotive force while the phases stay where they are.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import fft

from papilio.errors import OptionsError

Floats = NDArray[np.float64]


def gauge_field(flux: ArrayLike, periodic: bool) -> Floats:
    """
    Gauge field of a flux map.

    Parameters
    ----------
    flux : array, shape (Ly, Lx)
        Flux through each plaquette over the flux quantum; of an open lattice the last row and
        column are ignored.
    periodic : bool
        Both axes closed to a ring; the total flux is then a whole number.

    Returns
    -------
    array, shape (2, Ly, Lx)
        Line integral of the vector potential along each bond over the flux quantum.

    Raises
    ------
    OptionsError
        If the total flux of a periodic lattice is not a whole number.
    """
    flux = np.asarray(flux, dtype=float)
    if not periodic:
        return _open_gauge(flux)
    whole = np.rint(flux.sum())
    if abs(flux.sum() - whole) > 1e-6 * max(1.0, float(np.abs(flux).sum())):
        raise OptionsError(
            f"the flux through the array is {flux.sum():.6g} flux quanta; a periodic array holds a "
            "whole number: change the field or the size, or take the boundary 'busbar'"
        )
    uniform = whole / flux.size
    return _uniform_gauge(flux.shape, int(whole)) + _ring_gauge(flux - uniform)


def _uniform_gauge(shape: tuple[int, ...], quanta: int) -> Floats:
    rows, columns = shape
    field = np.zeros((2, rows, columns))
    per_plaquette = quanta / (rows * columns)
    field[1] = per_plaquette * np.arange(columns)
    # Closing the ring along x takes back what the last column has gathered.
    field[0, :, -1] = -per_plaquette * columns * np.arange(rows)[:]
    # Whole turns do nothing: keep the numbers small, for float32's sake.
    return field - np.rint(field)


def _ring_gauge(flux: Floats) -> Floats:
    rows, columns = flux.shape
    eigenvalues = (
        4 * np.sin(np.pi * np.arange(rows) / rows)[:, None] ** 2
        + 4 * np.sin(np.pi * np.arange(columns) / columns)[None, :] ** 2
    )
    eigenvalues[0, 0] = 1.0
    modes = fft.fft2(flux)
    modes[0, 0] = 0.0
    stream = fft.ifft2(modes / eigenvalues).real
    return np.stack([stream - np.roll(stream, 1, axis=0), np.roll(stream, 1, axis=1) - stream])


def _open_gauge(flux: Floats) -> Floats:
    rows, columns = flux.shape
    field = np.zeros((2, rows, columns))
    inner = flux[: rows - 1, : columns - 1]
    if inner.size == 0:
        return field
    eigenvalues = (
        4 * np.sin(np.pi * np.arange(1, rows) / (2 * rows))[:, None] ** 2
        + 4 * np.sin(np.pi * np.arange(1, columns) / (2 * columns))[None, :] ** 2
    )
    stream = np.zeros((rows + 1, columns + 1))
    stream[1:rows, 1:columns] = fft.idstn(fft.dstn(inner, type=1) / eigenvalues, type=1)
    field[0, :, : columns - 1] = (stream[1:, 1:] - stream[:-1, 1:])[:, : columns - 1]
    field[1, : rows - 1, :] = (stream[1:, :-1] - stream[1:, 1:])[: rows - 1, :]
    return field


def circulation(bonds: ArrayLike) -> Floats:
    """
    Sum of a bond quantity around each plaquette, counter-clockwise.

    Parameters
    ----------
    bonds : array, shape (..., 2, Ly, Lx)
        Values on the bonds, along +x and +y.

    Returns
    -------
    array, shape (..., Ly, Lx)
        Sums; beyond the edge of an open lattice they mean nothing.
    """
    bonds = np.asarray(bonds, dtype=float)
    along_x, along_y = bonds[..., 0, :, :], bonds[..., 1, :, :]
    right, above = np.roll(along_y, -1, axis=-1), np.roll(along_x, -1, axis=-2)
    around: Floats = along_x + right - above - along_y
    return around


def random_flux(
    shape: tuple[int, int], mean: float, spread: float, periodic: bool, seed: np.random.Generator
) -> Floats:
    """
    Uniform flux per plaquette with an independent Gaussian part for each plaquette.

    Parameters
    ----------
    shape : tuple of int
        Rows and columns.
    mean, spread : float
        Mean and standard deviation over the flux quantum.
    periodic : bool
        The random part of a ring is shifted to add up to zero.
    seed : numpy.random.Generator
        Source of the random numbers.

    Returns
    -------
    array, shape (Ly, Lx)
        Flux over the flux quantum.
    """
    part = spread * seed.standard_normal(shape)
    if periodic:
        part -= part.mean()
    return mean + part


def random_couplings(
    shape: tuple[int, int],
    spread: float,
    bond_dilution: float,
    site_dilution: float,
    generator: np.random.Generator,
) -> Floats:
    """
    Couplings of the bonds over their mean: log-normal, some of them missing.

    Parameters
    ----------
    shape : tuple of int
        Rows and columns.
    spread : float
        Standard deviation of the logarithm; the mean of the bonds present is one.
    bond_dilution, site_dilution : float
        Probability that a bond, or a site with its four bonds, is missing.
    generator : numpy.random.Generator
        Source of the random numbers.

    Returns
    -------
    array, shape (2, Ly, Lx)
        Couplings.
    """
    couplings = np.exp(spread * generator.standard_normal((2, *shape)) - spread**2 / 2)
    couplings[generator.random((2, *shape)) < bond_dilution] = 0.0
    present = generator.random(shape) >= site_dilution
    couplings[0] *= present & np.roll(present, -1, axis=1)
    couplings[1] *= present & np.roll(present, -1, axis=0)
    return couplings
