"""
Closed forms of R(T) that follow a theory through the lower part of the transition.

Each solves for the parameters of its theory from what a sample is known by, the temperature of
half the normal resistance and the width, and keeps to the theory up to `JOIN` of the normal
resistance; above, an exponential without theoretical claim joins it to the normal state with the
same slope.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from papilio.constants import BOLTZMANN
from papilio.errors import OptionsError
from papilio.physics import phase_slips
from papilio.physics.berezinskii_kosterlitz_thouless import halperin_nelson

Array = NDArray[np.float64]

#: Part of the normal resistance up to which R(T) follows the theory.
JOIN = 0.8


def joined(
    law: Callable[[Array], Array], temperature: Array | float, normal: float, join: float
) -> Array:
    """
    Resistance of a law below a temperature, joined to the normal resistance above it, ohm.

    Parameters
    ----------
    law : callable
        Temperature (K) -> resistance (ohm).
    temperature : ndarray or float, any shape
        K.
    normal : float
        Normal resistance, ohm.
    join : float
        Temperature where the law ends, K.

    Returns
    -------
    ndarray
        ohm; it and its slope are continuous at `join`.
    """
    temperature = np.asarray(temperature, float)
    step = 1e-6 * join
    edge, before = (float(law(np.array(T))) for T in (join, join - step))
    slope = (edge - before) / step
    missing = normal - edge
    above = normal - missing * np.exp(-slope / missing * np.clip(temperature - join, 0, None))
    return np.where(temperature < join, law(np.minimum(temperature, join)), above)


@dataclass(frozen=True)
class HalperinNelson:
    """
    R(T) = R0 exp(-b (T/T_BKT - 1)^(-1/2)) in the lower part of the transition.

    Attributes
    ----------
    T_BKT : float
        Transition temperature, K.
    b, R0 : float
        Pure number, and ohm.
    normal : float
        Normal resistance, ohm.
    """

    T_BKT: float
    b: float
    R0: float
    normal: float

    @classmethod
    def of(cls, T_BKT: float, half: float, width: float, normal: float) -> HalperinNelson:
        """
        The curve with a given temperature of half the normal resistance and a given width.

        Parameters
        ----------
        T_BKT, half, width : float
            K; the width is that between 0.2 and 0.8 of the normal resistance.
        normal : float
            Normal resistance, ohm.

        Returns
        -------
        HalperinNelson
            Solved for b and R0.

        Raises
        ------
        OptionsError
            If the transition temperature is not below that of half the resistance.
        """
        if half <= T_BKT:
            raise OptionsError(
                f"T_BKT: {T_BKT} K is not below critical_temperature, {half} K, where half the "
                f"normal resistance is reached; the law is zero at T_BKT"
            )
        root = math.sqrt(half / T_BKT - 1)

        def excess(logarithm: float) -> float:
            # Distance above T_BKT at part r: root ln(2 R0/R_N)/ln(R0/(r R_N)), squared.
            b = root * (logarithm + math.log(2))
            high, low = (b / (logarithm - math.log(part)) for part in (JOIN, 0.2))
            return T_BKT * (high**2 - low**2) - width

        logarithm = float(brentq(excess, math.log(JOIN) + 1e-6, 50.0, xtol=1e-14))
        return cls(T_BKT, root * (logarithm + math.log(2)), normal * math.exp(logarithm), normal)

    def at(self, part: float) -> float:
        """
        Temperature of a part of the normal resistance, K.

        Parameters
        ----------
        part : float
            Between zero and `JOIN`.

        Returns
        -------
        float
            K.
        """
        return self.T_BKT * (1 + (self.b / math.log(self.R0 / (part * self.normal))) ** 2)

    def __call__(self, temperature: Array | float) -> Array:
        """
        Resistance, in the unit of `normal`.

        Parameters
        ----------
        temperature : ndarray or float, any shape
            K.

        Returns
        -------
        ndarray
            ohm.
        """
        return joined(
            lambda T: halperin_nelson(T, self.R0, self.b, self.T_BKT),
            temperature,
            self.normal,
            self.at(JOIN),
        )


@dataclass(frozen=True)
class PhaseSlips:
    """
    R(T) of thermal and quantum phase slips with the normal channel in parallel.

    Attributes
    ----------
    Tc : float
        Temperature where the barrier vanishes, K.
    dF0 : float
        Barrier of a thermal phase slip at T = 0, J.
    prefactor : float
        What the literal prefactor of LAMH is multiplied with.
    length, coherence_length : float
        Of the bar, and xi(0), m.
    normal : float
        Normal resistance of the whole length, ohm.
    B1, B2 : float
        Pure numbers of the quantum channel; B1 = 0 leaves it out.
    """

    Tc: float
    dF0: float
    prefactor: float
    length: float
    coherence_length: float
    normal: float
    B1: float = 0.0
    B2: float = 0.0

    def with_transition(self, half: float, width: float) -> PhaseSlips:
        """
        The curve with a given temperature of half the normal resistance and a given width.

        Parameters
        ----------
        half, width : float
            K; the width is that between 0.2 and 0.8 of the normal resistance.

        Returns
        -------
        PhaseSlips
            The same bar with `dF0` and `prefactor` solved for.

        Raises
        ------
        OptionsError
            If no barrier makes that transition.
        """
        if self.Tc <= half:
            raise OptionsError(
                f"slip_temperature: {self.Tc} K is not above critical_temperature, {half} K, where "
                f"half the normal resistance is reached; the barrier vanishes there"
            )

        def curve(logarithm: float) -> PhaseSlips:
            unit = replace(self, dF0=math.exp(logarithm), prefactor=1.0)
            # At half the normal resistance the slips have the resistance of the normal channel.
            missing = self.normal - float(unit.quantum(np.array(half)))
            return replace(unit, prefactor=missing / float(unit.thermal(np.array(half))))

        def excess(logarithm: float) -> float:
            trial = curve(logarithm)
            if float(trial.law(np.array(self.Tc))) < JOIN * self.normal:
                return self.Tc  # so low a barrier that the transition is wider than anything
            return trial.at(JOIN) - trial.at(0.2) - width

        # Barriers at T = 0 of a few thermal energies at `half`.
        thermal = BOLTZMANN * half / (1 - half / self.Tc) ** 1.5
        low, high = math.log(3 * thermal), math.log(100 * thermal)
        if excess(low) > 0 > excess(high):
            solved = float(brentq(excess, low, high, xtol=1e-13))
            # Where `excess` jumps there is a change of sign and no root.
            if abs(excess(solved)) < 1e-6 * width:
                return curve(solved)
        raise OptionsError(
            f"slip_temperature: phase slips below {self.Tc:g} K make no transition of {width:g} K "
            f"at {half:g} K; give about one and a half of the latter"
        )

    def thermal(self, temperature: Array | float) -> Array:
        """
        Resistance of the thermal channel alone, of the whole length, ohm.

        Parameters
        ----------
        temperature : ndarray or float, any shape
            K.

        Returns
        -------
        ndarray
            ohm.
        """
        # LAMH tends to zero at T = 0, where its formula divides by the temperature.
        temperature = np.maximum(np.asarray(temperature, float), 1e-3)
        literal = phase_slips.thermal_channel(
            temperature, self.Tc, self.dF0, self.length, self.coherence_length
        )
        return np.asarray(self.prefactor * literal)

    def quantum(self, temperature: Array | float) -> Array:
        """
        Resistance of the quantum channel alone, of the whole length, ohm.

        Parameters
        ----------
        temperature : ndarray or float, any shape
            K.

        Returns
        -------
        ndarray
            ohm.
        """
        if self.B1 == 0:
            return np.zeros_like(np.asarray(temperature, float))
        bar = (self.normal, self.length, self.coherence_length)
        return phase_slips.quantum_channel(temperature, self.Tc, self.B1, self.B2, *bar)

    def crossover(self) -> float:
        """
        Temperature where both channels have the same resistance, K.

        Returns
        -------
        float
            Quantum slips rule below it.
        """
        return float(
            brentq(
                lambda T: float(self.thermal(np.array(T)) - self.quantum(np.array(T))),
                0.05 * self.Tc,
                phase_slips.thermal_limit(self.Tc, self.dF0),
                xtol=1e-13,
            )
        )

    def law(self, temperature: Array | float) -> Array:
        """
        Resistance without the join to the normal state, of the whole length, ohm.

        Parameters
        ----------
        temperature : ndarray or float, any shape
            K.

        Returns
        -------
        ndarray
            ohm.
        """
        slips = self.thermal(temperature) + self.quantum(temperature)
        return phase_slips.with_normal_channel(slips, self.normal)

    def at(self, part: float) -> float:
        """
        Temperature of a part of the normal resistance, K.

        Parameters
        ----------
        part : float
            Between the quantum tail and `JOIN`.

        Returns
        -------
        float
            K.
        """
        goal = part * self.normal
        return float(
            brentq(lambda T: float(self.law(np.array(T))) - goal, 1e-3, self.Tc, xtol=1e-13)
        )

    def __call__(self, temperature: Array | float) -> Array:
        """
        Resistance of the whole length.

        Parameters
        ----------
        temperature : ndarray or float, any shape
            K.

        Returns
        -------
        ndarray
            ohm.
        """
        return joined(self.law, temperature, self.normal, self.at(JOIN))
