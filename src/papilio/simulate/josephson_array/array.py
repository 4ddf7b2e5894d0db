"""
The array in reduced units, frozen: lattice, patterns, integrator.

Currents are in units of I_c, energies and k_B T in E_J, times in hbar/(2 e R I_c), voltages in
I_c R, phases in turns (phase over 2 pi), fluxes in flux quanta. Arrays of bonds and sites are laid
out as in `geometry`. The current flows along +x.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from papilio.errors import OptionsError
from papilio.simulate.josephson_array.geometry import gauge_field
from papilio.simulate.josephson_array.lanes import lane_count
from papilio.simulate.josephson_array.lattice import Lattice
from papilio.simulate.josephson_array.stepping import ADAMS, CAPACITIVE, EULER, HEUN
from papilio.simulate.josephson_array.transform import axis

Floats = NDArray[np.float64]
Boundary = Literal["twist", "fixed-twist", "busbar"]
Scheme = Literal["euler", "heun", "adams"]
Precision = Literal["single", "double"]


@dataclass(frozen=True)
class Array:
    """
    An array of resistively (and capacitively) shunted junctions on a square lattice.

    Attributes
    ----------
    columns, rows : int
        Lx and Ly.
    boundary : {"twist", "fixed-twist", "busbar"}
        A ring in both directions whose twists follow the current ("twist") or stay zero, without
        current ("fixed-twist"); or open edges, the current fed into every site of the first
        column and taken out of every site of the last one ("busbar").
    fluxes : array, shape (patterns, Ly, Lx), optional
        Flux through each plaquette over the flux quantum.
    couplings : array, shape (patterns, 2, Ly, Lx), optional
        Couplings over E_J; without them all are one.
    shunts : array, shape (2, Ly, Lx), optional
        Conductances of the shunts over 1/R; without them all are one and the fast path is taken.
    capacitance : float
        Stewart-McCumber parameter beta_c = 2 e I_c R^2 C/hbar of every bond; 0 is overdamped.
    scheme : {"euler", "heun", "adams"}
        Euler-Maruyama: one force a step, weak order 1. Heun: two, weak order 2. Adams and
        Bashforth's with two steps: one force a step, extrapolated from the last two; stationary
        averages of second order (as measured, `tests/reference`). A capacitive array has its own
        scheme of weak order 2, with one force a step.
    step : float
        Time step.
    precision : {"single", "double"}
        Floating-point numbers of the fast path.
    """

    columns: int
    rows: int
    boundary: Boundary = "twist"
    fluxes: Floats | None = None
    couplings: Floats | None = None
    shunts: Floats | None = None
    capacitance: float = 0.0
    scheme: Scheme = "heun"
    step: float = 0.25
    precision: Precision = "single"

    def __post_init__(self) -> None:
        shape = (2, self.rows, self.columns)
        for name, wanted in (("fluxes", shape[1:]), ("couplings", shape)):
            value = getattr(self, name)
            if value is not None and value.shape[1:] != wanted:
                raise OptionsError(
                    f"{name} have shape {value.shape}; give them the number of patterns and "
                    f"{wanted}"
                )
        if self.shunts is not None and self.shunts.shape != shape:
            raise OptionsError(f"shunts have shape {self.shunts.shape}; give them {shape}")
        if not self.periodic and min(self.columns, self.rows) < 1 + (self.columns < 2):
            raise OptionsError("a busbar array needs two columns at least; give it more columns")
        if self.shunts is not None and self.capacitance > 0:
            raise OptionsError(
                "capacitance with shunts that differ is not available; set one of the two to zero"
            )
        if self.shunts is not None and self.scheme == "adams":
            raise OptionsError(
                "scheme 'adams' with shunts that differ is not available; take 'heun'"
            )
        if not self.step > 0:
            raise OptionsError(f"step is {self.step}; give a step above zero")

    @property
    def periodic(self) -> bool:
        """Whether both axes are closed to a ring."""
        return self.boundary != "busbar"

    @property
    def dtype(self) -> Any:
        """Floating-point type of the phases."""
        return np.float32 if self.precision == "single" and self.shunts is None else np.float64

    @property
    def bond_exists(self) -> NDArray[np.bool_]:
        """Which bonds lead somewhere, shape (2, Ly, Lx)."""
        exists = np.ones((2, self.rows, self.columns), dtype=bool)
        if not self.periodic:
            exists[0, :, -1] = False
            exists[1, -1, :] = False
        return exists

    @property
    def weight(self) -> int:
        """
        Number of bonds along x.

        The resistance of a square, R, makes the mean voltage of these bonds fluctuate with the
        one-sided spectral density 4 k_B T R/weight.
        """
        return int(self.bond_exists[0].sum())

    @property
    def kernel_scheme(self) -> int:
        """The scheme as the kernels number it."""
        if self.capacitance > 0:
            return CAPACITIVE
        return {"euler": EULER, "heun": HEUN, "adams": ADAMS}[self.scheme]

    @cached_property
    def gauges(self) -> Floats | None:
        """Gauge fields of the fluxes in turns, shape (patterns, 2, Ly, Lx)."""
        if self.fluxes is None:
            return None
        return np.stack([gauge_field(flux, self.periodic) for flux in self.fluxes])

    @cached_property
    def lattice(self) -> Lattice:
        """Tables for the kernels of the fast path."""
        lanes = lane_count(self.dtype)
        edge: Literal["periodic", "free"] = "periodic" if self.periodic else "free"
        x, y = axis(self.columns, edge, self.dtype), axis(self.rows, edge, self.dtype)
        mode_stride = _rounded_up(self.rows, 2 * lanes)
        amplitude = np.zeros((self.columns, mode_stride))
        eigenvalues = x.eigenvalues[:, None] + y.eigenvalues[None, :]
        eigenvalues[0, 0] = np.inf
        amplitude[:, : self.rows] = 1 / np.sqrt(eigenvalues)
        strips = amplitude.reshape(self.columns, -1, 2 * lanes).transpose(1, 0, 2)
        return Lattice(
            x=x,
            y=y,
            stride=_rounded_up(self.columns, 2 * lanes) + lanes,
            mode_stride=mode_stride,
            lanes=lanes,
            periodic=self.periodic,
            twisting=self.boundary == "twist",
            amplitude=strips.astype(self.dtype).ravel(),
            gauge_x=self._padded(self.gauges, 0),
            gauge_y=self._padded(self.gauges, 1),
            coupling_x=self._padded(self.couplings, 0),
            coupling_y=self._padded(self.couplings, 1),
        )

    def _padded(self, patterns: Floats | None, direction: int) -> NDArray[Any]:
        if patterns is None:
            return np.zeros((0, 0), self.dtype)
        return self.laid_out(patterns[:, direction])

    def laid_out(self, field: NDArray[Any]) -> NDArray[Any]:
        """
        A field of sites as the kernels keep it.

        Parameters
        ----------
        field : array, shape (n, Ly, Lx)
            Values on the sites.

        Returns
        -------
        array, shape (n, Ly*stride)
            With padding and, behind each row, a copy of its first site.
        """
        lanes = lane_count(self.dtype)
        stride = _rounded_up(self.columns, 2 * lanes) + lanes
        out = np.zeros((len(field), self.rows, stride), self.dtype)
        out[:, :, : self.columns] = field
        out[:, :, self.columns] = field[:, :, 0]
        return out.reshape(len(field), -1)

    def taken_back(self, flat: NDArray[Any]) -> NDArray[Any]:
        """
        A field of sites from the kernels' layout.

        Parameters
        ----------
        flat : array, shape (n, Ly*stride)
            As `laid_out` makes it.

        Returns
        -------
        array, shape (n, Ly, Lx)
            Values on the sites.
        """
        return flat.reshape(len(flat), self.rows, -1)[:, :, : self.columns].copy()


def _rounded_up(number: int, multiple: int) -> int:
    return -(-number // multiple) * multiple
