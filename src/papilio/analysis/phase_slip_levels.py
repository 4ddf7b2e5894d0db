"""
Coordinates in which phase slips are fitted: what a curve shows at one temperature.

Tc, barrier and prefactor make up for each other along a curved valley, in which an optimiser
crawls. Resistance and logarithmic slope at a temperature in the middle of the data are measured
directly; Tc is then what bends the curve, and the three hardly depend on one another.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from papilio.constants import BOLTZMANN, RESISTANCE_QUANTUM_PAIR
from papilio.physics import phase_slips as ps

Array = NDArray[np.float64]

#: Unit of ln_dF0: its exponential times this is J.
BARRIER_UNIT = 1e-23
#: Smallest excess of barrier over kB T, or of action, above those where the law stops rising.
LEAST_EXCESS = 1e-3
#: Least Tc over the temperature of the description.
LOWEST_TC = 1.001
#: A trial step of the optimiser may go anywhere; barriers over kB T, actions and exponents of more
#: are not needed.
LARGEST_EXPONENT = 300.0


@dataclass(frozen=True)
class Levels:
    """
    Temperatures at which the channels are described.

    Attributes
    ----------
    thermal_at, quantum_at : float
        K; below Tc.
    normal : float
        Normal resistance of the length, ohm: the action is in units of it.
    length, coherence_length : float
        L and xi(0), m.
    """

    thermal_at: float
    quantum_at: float
    normal: float
    length: float
    coherence_length: float

    def coordinates(self, values: Mapping[str, float]) -> dict[str, float]:
        """
        Tc, and logarithms of resistance and logarithmic slope (1/K) of each channel.

        Parameters
        ----------
        values : mapping
            Tc and, of each channel that is there, ``ln_dF0`` and ``ln_ratio``, ``ln_B1`` and
            ``ln_B2``. Without ``ln_ratio`` the prefactor is the literal one.

        Returns
        -------
        dict of str to float
            ``Tc``, ``thermal_slope``, ``thermal_level``, ``quantum_slope``, ``quantum_level``;
            no ``thermal_level`` without ``ln_ratio``.
        """
        Tc = self._above(values["Tc"])
        made = {"Tc": Tc}
        if "ln_dF0" in values:
            T = self.thermal_at
            height = math.exp(_held(values["ln_dF0"] - self._ln_unit_barrier(Tc)))
            excess = max(height - ps.WEAKEST_BARRIER, LEAST_EXCESS)
            made["thermal_slope"] = math.log(excess * self._thermal_stiffness(Tc))
            if "ln_ratio" in values:
                height = excess + ps.WEAKEST_BARRIER
                literal = self._ln_literal(Tc, height)
                made["thermal_level"] = values["ln_ratio"] + literal
        if "ln_B1" in values:
            T, root = self.quantum_at, self._quantum_root(Tc)
            action = math.exp(_held(values["ln_B2"])) * self._action_of_B2() * root
            excess = max(action - ps.WEAKEST_ACTION, LEAST_EXCESS)
            made["quantum_slope"] = math.log(excess / (2 * (Tc - T)))
            action = excess + ps.WEAKEST_ACTION
            made["quantum_level"] = values["ln_B1"] + self._ln_of_B1(root, action)
        return made

    def parameters(self, coordinates: Mapping[str, float]) -> dict[str, float]:
        """
        Parameters of the theory from the coordinates: the inverse of `coordinates`.

        Parameters
        ----------
        coordinates : mapping
            As `coordinates` makes them.

        Returns
        -------
        dict of str to float
            Tc, ``ln_dF0``, ``ln_ratio``, ``ln_B1``, ``ln_B2`` as far as the channels are there.
        """
        Tc = self._above(coordinates["Tc"])
        made = {"Tc": Tc}
        if "thermal_slope" in coordinates:
            slope = math.exp(_held(coordinates["thermal_slope"]))
            height = _held(ps.WEAKEST_BARRIER + slope / self._thermal_stiffness(Tc))
            made["ln_dF0"] = math.log(height) + self._ln_unit_barrier(Tc)
            if "thermal_level" in coordinates:
                made["ln_ratio"] = coordinates["thermal_level"] - self._ln_literal(Tc, height)
        if "quantum_slope" in coordinates:
            root = self._quantum_root(Tc)
            slope = math.exp(_held(coordinates["quantum_slope"]))
            action = _held(ps.WEAKEST_ACTION + 2 * slope * (Tc - self.quantum_at))
            made["ln_B1"] = coordinates["quantum_level"] - self._ln_of_B1(root, action)
            made["ln_B2"] = math.log(action / (self._action_of_B2() * root))
        return made

    def _above(self, Tc: float) -> float:
        """Tc kept above the temperatures of the description, where its slips must exist."""
        return max(Tc, LOWEST_TC * max(self.thermal_at, self.quantum_at))

    def _ln_unit_barrier(self, Tc: float) -> float:
        """ln_dF0 of a barrier of kB T at the temperature."""
        T = self.thermal_at
        return math.log(BOLTZMANN * T / BARRIER_UNIT) - 1.5 * math.log1p(-T / Tc)

    def _thermal_stiffness(self, Tc: float) -> float:
        """Logarithmic slope for each kB T of barrier, 1/K (see `ps.thermal_limit`)."""
        T = self.thermal_at
        return 1 / T + 1.5 / (Tc - T)

    def _ln_literal(self, Tc: float, height: float) -> float:
        """Logarithm of Eq. (3) for a barrier of `height` kB T; its exponent would underflow."""
        T = self.thermal_at
        of_one = BOLTZMANN * T / (1 - T / Tc) ** 1.5
        one = float(ps.thermal_resistance(T, Tc, of_one, self.length, self.coherence_length))
        return math.log(one) + 1 + 0.5 * math.log(height) - height

    def _quantum_root(self, Tc: float) -> float:
        return math.sqrt(1 - self.quantum_at / Tc)

    def _action_of_B2(self) -> float:
        return RESISTANCE_QUANTUM_PAIR / self.normal * self.length / self.coherence_length

    def _ln_of_B1(self, root: float, action: float) -> float:
        """Logarithm of Eq. (4) for B1 = 1."""
        sites = self.length / self.coherence_length * root
        return math.log(RESISTANCE_QUANTUM_PAIR * action * sites) - action


def _held(exponent: float) -> float:
    return min(max(exponent, -LARGEST_EXPONENT), LARGEST_EXPONENT)
