"""From options in SI to an array in reduced units: disorder drawn, conditions set."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from papilio.errors import OptionsError
from papilio.simulate.josephson_array import geometry
from papilio.simulate.josephson_array.array import Array
from papilio.simulate.josephson_array.options import ArrayOptions
from papilio.simulate.josephson_array.state import Conditions, conditions

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Point:
    """
    Conditions of one measurement.

    Attributes
    ----------
    temperature, field : float
        K and T.
    current_densities : tuple of float
        A/m; replicas under each of them are measured together.
    flux : array, shape (Ly, Lx), optional
        Flux map over the flux quantum, added to that of the field.
    couplings : array, shape (2, Ly, Lx), optional
        Factors of the couplings at this point alone.
    """

    temperature: float
    field: float
    current_densities: tuple[float, ...]
    flux: Floats | None = None
    couplings: Floats | None = None


def frozen(
    options: ArrayOptions, point: Point, couplings: ArrayLike | None
) -> tuple[Array, Conditions]:
    """
    The array of one point, and what its replicas are exposed to.

    Parameters
    ----------
    options : ArrayOptions
        The array, with the coupling of the point's temperature (`ArrayOptions.at`); its disorder
        is drawn from the seed, the same for every point.
    point : Point
        Temperature, field, currents.
    couplings : array, shape (2, Ly, Lx), optional
        Factors of the couplings.

    Returns
    -------
    Array
        In reduced units.
    Conditions
        `options.replicas` replicas for each current.

    Raises
    ------
    OptionsError
        If a map has another shape than the array.
    """
    shape = (options.rows, options.columns)
    periodic = options.boundary != "busbar"
    # Every realisation has its own stream, so that the number of them changes none of them.
    streams = [
        [np.random.default_rng(part) for part in sequence.spawn(3)]
        for sequence in np.random.SeedSequence([options.seed, 1]).spawn(options.realisations)
    ]
    fluxes = [
        geometry.random_flux(
            shape, options.frustration(point.field), options.flux_disorder, periodic, stream[0]
        )
        for stream in streams
    ]
    if point.flux is not None:
        if point.flux.shape != shape:
            raise OptionsError(f"flux has shape {point.flux.shape}; give it {shape}")
        fluxes = [flux + point.flux for flux in fluxes]
    strengths = [
        geometry.random_couplings(
            shape,
            options.coupling_disorder,
            options.bond_dilution,
            options.site_dilution,
            stream[1],
        )
        for stream in streams
    ]
    if point.couplings is not None:
        couplings = point.couplings
    if couplings is not None:
        given = np.asarray(couplings, dtype=float)
        if given.shape != (2, *shape):
            raise OptionsError(f"couplings have shape {given.shape}; give them {(2, *shape)}")
        strengths = [strength * given for strength in strengths]
    shunts = None
    if options.shunt_disorder > 0:
        normal = streams[0][2].standard_normal((2, *shape))
        shunts = np.exp(options.shunt_disorder * normal)
    reduced = point.temperature / options.josephson_energy
    biases = [options.bias(density) for density in point.current_densities]
    if options.boundary == "fixed-twist":
        biases = [0.0] * len(biases)
    array = Array(
        columns=options.columns,
        rows=options.rows,
        boundary=options.boundary,
        fluxes=np.stack(fluxes) if any(flux.any() for flux in fluxes) else None,
        couplings=np.stack(strengths) if any((s != 1).any() for s in strengths) else None,
        shunts=shunts,
        capacitance=options.damping,
        scheme=options.scheme,
        step=options.step,
        precision=options.precision,
    )
    groups = len(point.current_densities)
    pattern = np.tile(np.arange(options.replicas) % options.realisations, groups)
    exposed = conditions(
        groups * options.replicas,
        bias=np.repeat(biases, options.replicas),
        temperature=reduced,
        gauge=pattern if array.fluxes is not None else 0,
        coupling=pattern if array.couplings is not None else 0,
    )
    return array, exposed
