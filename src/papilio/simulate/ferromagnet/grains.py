"""From options to a sheet: grains, their easy axes, the exchange between cells."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from papilio.simulate import instrument
from papilio.simulate.ferromagnet.magnetostatics import dipolar
from papilio.simulate.ferromagnet.options import MagnetOptions
from papilio.simulate.ferromagnet.sheet import Sheet

Floats = NDArray[np.float64]


def grain_numbers(options: MagnetOptions, random: np.random.Generator) -> NDArray[np.int64]:
    """
    Number of the grain that each cell belongs to.

    Grains no larger than a cell are cells; larger ones are the Voronoi regions of random points.

    Parameters
    ----------
    options : MagnetOptions
        Sizes.
    random : numpy.random.Generator
        Source of the centres.

    Returns
    -------
    array of int, shape (Ly, Lx)
        From zero.
    """
    rows, columns = options.rows, options.columns
    if options.grain_size <= options.cell:
        return np.arange(rows * columns).reshape(rows, columns)
    size = np.array([columns, rows]) * options.cell
    number = max(1, round(float(size.prod()) / options.grain_size**2))
    centres = random.random((number, 2)) * size
    tree = cKDTree(centres, boxsize=size if options.boundary == "periodic" else None)
    y, x = np.mgrid[0:rows, 0:columns]
    cells = np.stack([x.ravel() + 0.5, y.ravel() + 0.5], axis=1) * options.cell
    return np.asarray(tree.query(cells)[1], np.int64).reshape(rows, columns)


def sheet(options: MagnetOptions) -> Sheet:
    """
    A sheet with its disorder drawn from the seed.

    Parameters
    ----------
    options : MagnetOptions
        The film.

    Returns
    -------
    Sheet
        Frozen.
    """
    random = instrument.generator(options.seed, "ferromagnet.grains")
    grain = grain_numbers(options, random)
    number = int(grain.max()) + 1
    choice = random.integers(options.easy_axes, size=number)
    axis = math.radians(options.easy_axis) + math.pi * choice / options.easy_axes
    axis = axis + math.radians(options.axis_spread) * random.standard_normal(number)
    spread = np.exp(options.anisotropy_spread * random.standard_normal(number))
    strength = 2 * options.exchange_stiffness / (options.areal_moment * options.cell**2)
    exchange = np.empty((2, *grain.shape))
    for direction, dimension in ((0, 1), (1, 0)):
        same = grain == np.roll(grain, -1, axis=dimension)
        exchange[direction] = strength * np.where(same, 1.0, options.intergrain_exchange)
    if options.boundary == "open":
        exchange[0, :, -1] = exchange[1, -1, :] = 0.0
    # A ring of one cell would be its own neighbour.
    if options.columns == 1:
        exchange[0] = 0.0
    if options.rows == 1:
        exchange[1] = 0.0
    periodic = options.boundary == "periodic"
    return Sheet(
        cell=options.cell,
        thickness=options.thickness,
        areal_moment=options.areal_moment,
        axis=axis[grain],
        anisotropy=options.anisotropy_field * spread[grain],
        exchange=exchange,
        periodic=periodic,
        easy_plane=options.easy_plane_field,
        dipolar=dipolar(grain.shape, options.cell, options.thickness, periodic)
        if options.dipolar
        else None,
    )
