"""
A sample with a known answer: closed forms for its resistance, and the numbers they imply.

The defaults are the sample n_S = 3.8e17 m^-2 of Zhang et al., Nat. Commun. 2025
(doi 10.1038/s41467-025-58300-9), below "the paper".
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from papilio.constants import ELEMENTARY_CHARGE, FLUX_QUANTUM, RESISTANCE_QUANTUM
from papilio.errors import OptionsError
from papilio.options import option

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class SeedOptions:
    """What every synthetic measurement has."""

    seed: int = option(1, help="Seed of the random numbers, zero or more.")

    #: Numbers that may be zero, and numbers of either sign; all others are above zero.
    may_be_zero: ClassVar[frozenset[str]] = frozenset()
    may_be_negative: ClassVar[frozenset[str]] = frozenset()

    def __post_init__(self) -> None:
        if self.seed < 0:
            raise OptionsError(f"seed: {self.seed} is below zero; give zero or more")
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            for number in value if isinstance(value, tuple) else (value,):
                if isinstance(number, float) and field.name not in self.may_be_negative:
                    _require_positive(field.name, number, field.name in self.may_be_zero)


@dataclass(frozen=True, kw_only=True)
class SampleOptions(SeedOptions):
    """The sample: a bar of a two-dimensional superconductor."""

    sheet_resistance: float = option(
        1358.0,
        unit="ohm",
        help="Normal sheet resistance (paper: mean free path 12.3 nm at 10 K and the density).",
    )
    density: float = option(
        3.8e17, unit="1/m^2", help="Sheet density of the electrons (paper, Table 1)."
    )
    length: float = option(
        120e-6, unit="m", help="Distance of the voltage contacts (paper, Methods)."
    )
    width: float = option(20e-6, unit="m", help="Width of the bar (paper, Methods).")
    critical_temperature: float = option(
        0.668, unit="K", help="Temperature of half the normal resistance, no field (paper, text)."
    )
    transition_width: float = option(
        0.12, unit="K", help="T(0.8 R_N) - T(0.2 R_N), no field (paper, Fig. 1c)."
    )
    coherence_length: float = option(
        61.63e-9, unit="m", help="Ginzburg-Landau coherence length at T = 0 (paper, Fig. 2c)."
    )
    superconducting_thickness: float = option(
        4.63e-9, unit="m", help="Thickness of the superconducting layer (paper, Fig. 2c)."
    )
    magnetoresistance: float = option(
        0.002,
        unit="1/T",
        help="Relative slope of the normal-state resistance in |field| (assumed, small).",
    )

    may_be_zero: ClassVar[frozenset[str]] = frozenset({"magnetoresistance"})


def _require_positive(name: str, number: float, zero: bool) -> None:
    if not math.isfinite(number) or number < 0 or (number == 0 and not zero):
        wanted = "zero or more" if zero else "above zero"
        raise OptionsError(f"{name}: {number} is out of range; give a finite number {wanted}")


def transition_shape(x: Array | float) -> Array:
    """
    Reduced resistance R/R_N, 1, against reduced distance from half the normal resistance.

    ``g(x) = exp(-ln(2) exp(-x))``, so that ``g(0) = 1/2``. It interpolates between zero and one
    and makes no theoretical claim.

    Parameters
    ----------
    x : ndarray or float
        (T - T_half) / scale, any shape.

    Returns
    -------
    ndarray
        Between 0 and 1, shape of `x`.
    """
    # exp(-x) overflows far below the transition, where g is zero to any precision.
    return np.asarray(np.exp(-math.log(2) * np.exp(-np.clip(x, -600.0, None))))


#: T(0.8 R_N) - T(0.2 R_N) in units of the scale of `transition_shape`: the inverse is
#: x(r) = -ln(-ln(r)/ln(2)), hence x(0.8) - x(0.2) = ln(ln(5)/ln(1.25)).
WIDTH_OVER_SCALE = math.log(math.log(5) / math.log(1.25))

#: The same x where one hundredth of the normal resistance is left.
ONE_PERCENT = -math.log(math.log(100) / math.log(2))


def perpendicular_field_zero_temperature(sample: SampleOptions) -> float:
    """
    Upper critical field perpendicular to the layer at T = 0, Phi_0 / (2 pi xi^2), T.

    Parameters
    ----------
    sample : SampleOptions
        The sample.

    Returns
    -------
    float
        T. Equation 1 of the paper.
    """
    return FLUX_QUANTUM / (2 * math.pi * sample.coherence_length**2)


def parallel_field_zero_temperature(sample: SampleOptions) -> float:
    """
    Upper critical field in the layer at T = 0, Phi_0 sqrt(12) / (2 pi xi d), T.

    Parameters
    ----------
    sample : SampleOptions
        The sample.

    Returns
    -------
    float
        T. Equation 2 of the paper.
    """
    area = 2 * math.pi * sample.coherence_length * sample.superconducting_thickness
    return FLUX_QUANTUM * math.sqrt(12) / area


def half_resistance_temperature(sample: SampleOptions, field: Array, orientation: str) -> Array:
    """
    Temperature of half the normal resistance in a field, K; the Ginzburg-Landau laws inverted.

    Parameters
    ----------
    sample : SampleOptions
        The sample.
    field : ndarray, shape (...)
        T, either sign.
    orientation : {"perpendicular", "parallel"}
        Of the field to the layer.

    Returns
    -------
    ndarray, shape (...)
        K; it goes on below zero in fields above the critical field at T = 0, so that the
        resistance keeps rising smoothly there.
    """
    if orientation == "perpendicular":
        depression = np.abs(field) / perpendicular_field_zero_temperature(sample)
    else:
        depression = (field / parallel_field_zero_temperature(sample)) ** 2
    return np.asarray(sample.critical_temperature * (1 - depression))


def half_resistance_field(sample: SampleOptions, temperature: float, orientation: str) -> float:
    """
    Field of half the normal resistance at that field, T (Eqs. 1 and 2 of the paper).

    Parameters
    ----------
    sample : SampleOptions
        The sample.
    temperature : float
        K, below the critical temperature.
    orientation : {"perpendicular", "parallel"}
        Of the field to the layer.

    Returns
    -------
    float
        T, positive.
    """
    reduced = 1 - temperature / sample.critical_temperature
    if orientation == "perpendicular":
        return perpendicular_field_zero_temperature(sample) * reduced
    return parallel_field_zero_temperature(sample) * math.sqrt(reduced)


def sheet_resistance(
    sample: SampleOptions, temperature: Array | float, field: Array | float, orientation: str
) -> Array:
    """
    Sheet resistance of the sample in a field, ohm.

    Parameters
    ----------
    sample : SampleOptions
        The sample.
    temperature : ndarray or float, shape (...)
        K.
    field : ndarray or float, shape (...)
        T, either sign.
    orientation : {"perpendicular", "parallel"}
        Of the field to the layer.

    Returns
    -------
    ndarray, shape (...)
        ohm per square.
    """
    field = np.asarray(field, float)
    scale = sample.transition_width / WIDTH_OVER_SCALE
    centre = half_resistance_temperature(sample, field, orientation)
    normal = sample.sheet_resistance * (1 + sample.magnetoresistance * np.abs(field))
    return np.asarray(normal * transition_shape((temperature - centre) / scale))


def hall_resistance(sample: SampleOptions, field: Array) -> Array:
    """
    Hall resistance of one kind of carrier, B / (e n), ohm.

    Parameters
    ----------
    sample : SampleOptions
        The sample.
    field : ndarray, shape (...)
        T, perpendicular to the layer.

    Returns
    -------
    ndarray, shape (...)
        ohm, rising with the field.
    """
    return np.asarray(field / (ELEMENTARY_CHARGE * sample.density))


def mobility(sample: SampleOptions) -> float:
    """
    Mobility of the electrons, 1/(e n R_S), m^2/(V s).

    Parameters
    ----------
    sample : SampleOptions
        The sample.

    Returns
    -------
    float
        m^2/(V s).
    """
    return 1 / (ELEMENTARY_CHARGE * sample.density * sample.sheet_resistance)


def mean_free_path(sample: SampleOptions) -> float:
    """
    Mean free path of a two-dimensional electron gas, (h/e^2) / (k_F R_S), k_F = sqrt(2 pi n), m.

    Parameters
    ----------
    sample : SampleOptions
        The sample.

    Returns
    -------
    float
        m.
    """
    fermi_wave_number = math.sqrt(2 * math.pi * sample.density)
    return RESISTANCE_QUANTUM / (fermi_wave_number * sample.sheet_resistance)


def reversal_peak(field: Array | float, direction: Array | float, at: float, width: float) -> Array:
    """
    Excess resistance of a magnet that reverses, in units of its maximum, 1.

    ``sech^2((H - s H_p)/w)`` on a sweep in direction s: on the way down it stands at -H_p, on the
    way up at +H_p. An interpolating form without theoretical claim.

    Parameters
    ----------
    field : ndarray or float, shape (...)
        In-plane field, T.
    direction : ndarray or float, shape (...)
        +1 upwards, -1 downwards, after saturation in the other direction; 0 before any.
    at : float
        Field of the peak H_p, T, positive.
    width : float
        w, T; the full width at half maximum is 1.763 w.

    Returns
    -------
    ndarray, shape (...)
        Between 0 and 1.
    """
    distance = np.clip(np.abs((field - np.asarray(direction) * at) / width), None, 300.0)
    return np.where(np.asarray(direction) == 0, 0.0, np.cosh(distance) ** -2)
