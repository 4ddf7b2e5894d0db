"""What a check may look at: the numbers of one sample, and what is known about it from outside."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace

import numpy as np
from numpy.typing import NDArray

from papilio.constants import BOHR_MAGNETON
from papilio.errors import OptionsError
from papilio.options import option
from papilio.result import Quantity

#: Conditions of one side, branch or direction of a quantity.
PARTS = {"side", "branch", "direction"}
#: Quantities that may be negative or zero; one of any other that is, was not found.
SIGNED = {
    "transition.hysteresis",
    "butterfly.shift",
    "butterfly.window_shift",
    "butterfly.window_hysteresis",
    "butterfly.window_edge",
    "critical_field.offset",
    "critical_field.akaike_difference",
    "scaling.Tc_intercept",
}
#: Numbers are the same condition within this part.
SAME = 0.01


@dataclass(frozen=True)
class OutsideFacts:
    """The table ``[samples.NAME.facts]``: what the checks of the ledger need and no file holds."""

    excitation_current: float | None = option(
        None, unit="A", help="amplitude of the measuring current; by default that of the data"
    )
    time_constant: float | None = option(
        None, unit="s", help="time constant of the lock-in; by default that of the data"
    )
    critical_current: float | None = option(
        None, unit="A", help="critical current of the bar at the lowest temperature"
    )
    misalignment: float = option(
        1.0, unit="deg", help="angle that the field may be off the plane of the sample"
    )
    thickness: float | None = option(
        None, unit="m", help="thickness of the superconducting layer, known from elsewhere"
    )
    areal_moment: float | None = option(
        None, unit="A", help="magnetic moment per area; by default measured, or that of the cell"
    )
    gate_capacitance: float | None = option(
        None, unit="F/m^2", help="capacitance of the gate per area"
    )
    luttinger_density: float | None = option(
        None,
        unit="1/m^2",
        help="carriers per area from the size of the Fermi surface (quantum oscillations, "
        "photoemission)",
    )
    cell_moment: float | None = option(
        None, unit="mu_B", help="moment of the first-principles cell, in Bohr magnetons"
    )
    moment_in_spheres: float | None = option(
        None, unit="mu_B", help="of that, what lies in the spheres of the ions, summed"
    )
    cell_area: float | None = option(
        None, unit="m^2", help="area of the first-principles cell in the plane"
    )
    cell_electrons: float = option(
        2.0, help="electrons that the vacancies of the first-principles cell give, two for each"
    )
    cell_atoms: float = option(
        6.0, help="magnetic atoms of the cell that may share its density of states"
    )
    cell_vacancy_atoms: float = option(2.0, help="those of them that are next to a vacancy")
    density_of_states: float | None = option(
        None, unit="1/eV", help="states of the whole cell at the Fermi level, both spins"
    )
    projected_density_of_states: float | None = option(
        None,
        unit="1/eV",
        help="states on the d orbitals of one ion, that of moment_per_atom, and of one spin",
    )
    stoner_parameter: float | None = option(
        None, unit="eV", help="Stoner parameter; by default exchange splitting over moment per atom"
    )
    exchange_splitting: float | None = option(
        None, unit="eV", help="splitting of the spins in the first-principles bands"
    )
    moment_per_atom: float | None = option(
        None, unit="mu_B", help="moment of the magnetic atom that the splitting belongs to"
    )
    xps_fraction: float | None = option(
        None, help="part of the metal ions with one electron more (Ta4+), from photoemission"
    )
    xps_depth: float | None = option(None, unit="m", help="depth that photoemission sees")
    xps_ion_density: float | None = option(
        None, unit="1/m^3", help="metal ions per volume of the crystal"
    )

    def __post_init__(self) -> None:
        for entry in fields(self):
            value = getattr(self, entry.name)
            if value is not None and not 0 < value < math.inf:
                raise OptionsError(f"{entry.name}: {value} is not above zero; correct it")


@dataclass(frozen=True)
class Published:
    """
    A value that the study quotes from elsewhere.

    Attributes
    ----------
    name : str
        Of the quantity, as in results.json.
    value : float
        SI.
    std : float or None
        One standard deviation.
    unit : str
        SI unit.
    where : str
        Where it comes from.
    conditions : mapping of str to float or str
        That it holds for.
    """

    name: str
    value: float
    std: float | None = None
    unit: str = ""
    where: str = ""
    conditions: Mapping[str, float | str] = field(default_factory=dict)

    def quantity(self) -> Quantity:
        """The value as a Quantity, to calculate with."""
        return Quantity(self.name, self.value, self.unit, self.std, conditions=self.conditions)


@dataclass(frozen=True)
class Cooldown:
    """
    Resistance against temperature.

    Attributes
    ----------
    temperature : ndarray, shape (point,)
        K, increasing.
    resistance : ndarray, shape (point,)
        Ohm, as the Results give it: per square where the geometry is known.
    """

    temperature: NDArray[np.float64]
    resistance: NDArray[np.float64]

    def at(self, temperature: float) -> tuple[float, float] | None:
        """
        Resistance near a temperature, with the standard deviation of a mean.

        Parameters
        ----------
        temperature : float
            K.

        Returns
        -------
        tuple of float, or None
            Of the readings within 5 %, or the five nearest; None where those are not near.
        """
        distance = np.abs(self.temperature - temperature)
        near = self.resistance[distance <= 0.05 * temperature]
        if near.size < 3:
            nearest = np.argsort(distance, kind="stable")[:5]
            if nearest.size < 3 or distance[nearest[-1]] > 0.5 * temperature:
                return None
            near = self.resistance[nearest]
        return float(near.mean()), float(near.std(ddof=1) / math.sqrt(near.size))

    def temperature_of(self, resistance: float, above: float) -> float | None:
        """
        Temperature where the resistance first reaches a value on the way up.

        Parameters
        ----------
        resistance : float
            Ohm.
        above : float
            K, where the way begins.

        Returns
        -------
        float or None
            K; None where it is not reached.
        """
        smooth = _running_median(self.resistance)
        reached = (self.temperature >= above) & (smooth >= resistance)
        return float(self.temperature[np.argmax(reached)]) if reached.any() else None


@dataclass(frozen=True)
class Facts:
    """
    Everything that is known about one sample.

    Attributes
    ----------
    sample : str
        Its name in the study.
    quantities : tuple of Quantity
        All that the questions about it found, in the study's order.
    length, width : float or None
        Of the bar, m.
    density : float or None
        Carriers per area that the study states, 1/m^2.
    excitation_current : float or None
        Of the field loops, A.
    time_constant : float or None
        Of the lock-in, s.
    cooldowns : tuple of Cooldown
        Measured resistance against temperature.
    published : tuple of Published
        Values that the study quotes for this sample.
    outside : OutsideFacts
        What the study states in the sample's table ``facts``.
    """

    sample: str
    quantities: tuple[Quantity, ...] = ()
    length: float | None = None
    width: float | None = None
    density: float | None = None
    excitation_current: float | None = None
    time_constant: float | None = None
    cooldowns: tuple[Cooldown, ...] = ()
    published: tuple[Published, ...] = ()
    outside: OutsideFacts = field(default_factory=OutsideFacts)

    def all(self, name: str, parts: bool = False) -> list[Quantity]:
        """
        Measured quantities of a name: no limits, and nothing negative that cannot be.

        Parameters
        ----------
        name : str
            "butterfly.delta_R".
        parts : bool
            Whether single sides, branches and directions count too.

        Returns
        -------
        list of Quantity
            Those with a value, in the study's order; a standard deviation that is not finite is
            left out.
        """
        return [
            quantity
            if quantity.std is None or math.isfinite(quantity.std)
            else replace(quantity, std=None)
            for quantity in self.quantities
            if quantity.name == name
            and quantity.value is not None
            and math.isfinite(quantity.value)
            and (name in SIGNED or quantity.value > 0)
            and quantity.limit is None
            and (parts or not PARTS.intersection(quantity.conditions))
        ]

    def find(self, *names: str, at: Mapping[str, float | str] | None = None) -> Quantity | None:
        """
        The first measured quantity of the first name that there is.

        Parameters
        ----------
        *names : str
            Names, the preferred one first.
        at : mapping, optional
            Conditions that it must share where it has them.

        Returns
        -------
        Quantity or None
            With a value.
        """
        for name in names:
            for quantity in self.all(name):
                if _agree(quantity.conditions, at or {}):
                    return quantity
        return None

    def quoted(self, name: str) -> Published | None:
        """
        The first value of a name that the study quotes.

        Parameters
        ----------
        name : str
            Of the quantity.

        Returns
        -------
        Published or None
            None where it quotes none.
        """
        return next((entry for entry in self.published if entry.name == name), None)

    def coldest(self, name: str) -> Quantity | None:
        """
        The quantity of a name at the lowest temperature, the fastest sweep of several.

        Parameters
        ----------
        name : str
            "butterfly.delta_R".

        Returns
        -------
        Quantity or None
            With a value.
        """

        def order(quantity: Quantity) -> tuple[float, float]:
            temperature = quantity.conditions.get("temperature")
            rate = quantity.conditions.get("sweep_rate")
            return (
                temperature if isinstance(temperature, int | float) else math.inf,
                -rate if isinstance(rate, int | float) else 0.0,
            )

        return min(self.all(name), key=order, default=None)

    @property
    def squares(self) -> float:
        """Squares of the bar; one where the geometry is not known and resistances are the bar's."""
        if self.length is None or self.width is None:
            return 1.0
        return self.length / self.width

    @property
    def carriers(self) -> Quantity | None:
        """Carriers per area: from the Hall effect, or as the study states them."""
        measured = self.find("hall.density")
        if measured is not None or self.density is None:
            return measured
        return Quantity("density of the study", self.density, "1/m^2")

    @property
    def areal_moment(self) -> tuple[float, str] | None:
        """Moment per area in A, and where it comes from."""
        if self.outside.areal_moment is not None:
            return self.outside.areal_moment, "as the study states"
        measured = self.find("magnetisation.areal_moment")
        if measured is not None and measured.value is not None:
            return measured.value, "of the measured loop"
        cell, area = self.outside.cell_moment, self.outside.cell_area
        if cell is not None and area is not None:
            return cell * BOHR_MAGNETON / area, "of the first-principles cell, an upper bound"
        return None


def _agree(conditions: Mapping[str, float | str], wanted: Mapping[str, float | str]) -> bool:
    for name, value in wanted.items():
        own = conditions.get(name, value)
        if isinstance(own, str) or isinstance(value, str):
            if own != value:
                return False
        elif not math.isclose(own, value, rel_tol=SAME, abs_tol=1e-12):
            return False
    return True


def _running_median(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Median of five neighbours: one noisy reading is no resistance."""
    if values.size < 5:
        return values
    padded = np.pad(values, 2, mode="edge")
    return np.asarray(np.median(np.lib.stride_tricks.sliding_window_view(padded, 5), axis=-1))
