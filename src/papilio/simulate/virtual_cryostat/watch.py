"""The array's voltage in one pattern of flux and couplings: cooled, then watched for a while."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from papilio.constants import BOLTZMANN, ELEMENTARY_CHARGE, REDUCED_PLANCK
from papilio.simulate.josephson_array import statistics
from papilio.simulate.josephson_array.array import Array
from papilio.simulate.josephson_array.dynamics import Series, advance, joined
from papilio.simulate.josephson_array.state import Conditions, State, conditions, start
from papilio.simulate.josephson_array.statistics import Mean
from papilio.simulate.virtual_cryostat.slips import slips

Floats = NDArray[np.float64]

#: Steps whose mean voltage is kept as one number.
BLOCK = 8
#: Looks at the number of slips.
LOOKS = 4
#: Largest step, and largest step times the strongest coupling, over hbar/(2 e R I_c): a link among
#: others relaxes at half its coupling, and a step is to be at most half of that time.
STEP, STEP_OF_STRONGEST = 0.25, 1.0
#: A pattern of more flux quanta than this is cooled from above rather than started in order.
ORDERED_QUANTA = 4
#: Temperatures over the mean coupling through which it is cooled.
COOLING = (0.8, 0.5, 0.3)


@dataclass(frozen=True)
class Setting:
    """
    An array in one pattern.

    Attributes
    ----------
    coupling : array, shape (2, Ly, Lx)
        Of the links over the Boltzmann constant, K.
    flux : array, shape (Ly, Lx)
        Through the plaquettes over the flux quantum; the sum is a whole number.
    temperature : float
        kB T over the mean coupling.
    normal_resistance : float
        Shunt of a link, ohm.
    replicas, equilibration_steps, maximum_steps, seed : int
        Copies, steps before and of the measurement, seed of the noise.
    """

    coupling: Floats
    flux: Floats
    temperature: float
    normal_resistance: float
    replicas: int
    equilibration_steps: int
    maximum_steps: int
    seed: int

    @property
    def mean(self) -> float:
        """Mean coupling over the Boltzmann constant, K."""
        return float(self.coupling.mean())

    @property
    def time_unit(self) -> float:
        """hbar/(2 e R I_c) of a link with the mean coupling, s."""
        critical = critical_current(self.mean)
        return REDUCED_PLANCK / (2 * ELEMENTARY_CHARGE * self.normal_resistance * critical)

    @property
    def block(self) -> float:
        """Time over which a voltage is averaged, s."""
        return BLOCK * self.array.step * self.time_unit

    @property
    def array(self) -> Array:
        """In reduced units; steps short enough for the strongest link."""
        strongest = float(self.coupling.max()) / self.mean
        rows, columns = self.flux.shape
        return Array(
            columns=columns,
            rows=rows,
            fluxes=self.flux[None] if self.flux.any() else None,
            couplings=(self.coupling / self.mean)[None],
            scheme="adams",
            step=min(STEP, STEP_OF_STRONGEST / strongest),
        )


def critical_current(coupling: float) -> float:
    """
    Critical current 2 e E_J/hbar of a link.

    Parameters
    ----------
    coupling : float
        Over the Boltzmann constant, K.

    Returns
    -------
    float
        A.
    """
    return 2 * ELEMENTARY_CHARGE * BOLTZMANN * coupling / REDUCED_PLANCK


def undriven(setting: Setting, enough: int | None = None) -> Series:
    """
    Voltage without current.

    Parameters
    ----------
    setting : Setting
        The array.
    enough : int, optional
        Phase slips after which no more is watched; it is looked four times.

    Returns
    -------
    Series
        Of each link along the current over I_c R, for each replica.
    """
    array = setting.array
    state, exposed = _settled(setting, np.zeros(1), start(array, setting.replicas, setting.seed))
    blocks = -(-setting.maximum_steps // (LOOKS * BLOCK))
    parts: list[Series] = []
    for _ in range(LOOKS):
        state, part = advance(array, state, exposed, blocks, BLOCK)
        parts.append(part)
        if enough is not None and slips(winding(setting, joined(parts))) >= enough:
            break
    return joined(parts)


def winding(setting: Setting, series: Series) -> Floats:
    """
    Phase across the array along the current, in turns.

    Parameters
    ----------
    setting : Setting
        The array.
    series : Series
        Its voltages.

    Returns
    -------
    array, shape (replicas, blocks)
        From zero on.
    """
    columns = setting.flux.shape[1]
    turns: Floats = np.cumsum(series.voltage, axis=1) * series.duration * columns / (2 * np.pi)
    return turns


def driven(setting: Setting, biases: tuple[float, ...]) -> list[Mean]:
    """
    Voltage at currents, half the difference between either direction under the same noise.

    Phases that see the same noise run together, so that most of what it does drops out.

    Parameters
    ----------
    setting : Setting
        The array; of its replicas one half goes in each direction.
    biases : tuple of float
        Currents of a link over the critical one of the mean coupling.

    Returns
    -------
    list of Mean
        Over I_c R, for each current.
    """
    pairs = max(setting.replicas // 2, 1)
    one = start(setting.array, pairs, setting.seed)

    def copied(values: NDArray[Any]) -> NDArray[Any]:
        return np.concatenate([values] * (2 * len(biases)))

    state = State(
        copied(one.phases),
        copied(one.rates),
        copied(one.twists),
        copied(one.twist_rates),
        copied(one.random),
    )
    both = np.array(biases)[:, None] * np.array([1.0, -1.0])
    state, exposed = _settled(setting, both.ravel(), state)
    blocks = -(-setting.maximum_steps // BLOCK)
    _, series = advance(setting.array, state, exposed, blocks, BLOCK)
    voltage = series.voltage.reshape(len(biases), 2, pairs, -1)
    return [statistics.mean((forward - backward) / 2) for forward, backward in voltage]


def _settled(setting: Setting, biases: Floats, state: State) -> tuple[State, Conditions]:
    """The array after its equilibration, and what it is exposed to."""
    array = setting.array
    replicas = len(state.phases)
    bias = np.repeat(biases, replicas // biases.size)
    stages = [setting.temperature]
    if abs(float(setting.flux.sum())) > ORDERED_QUANTA:
        stages = [stage for stage in COOLING if stage > setting.temperature] + stages
    for stage in stages:
        exposed = conditions(replicas, bias=bias, temperature=stage)
        blocks = -(-setting.equilibration_steps // BLOCK)
        state, _ = advance(array, state, exposed, blocks, BLOCK)
    return state, exposed
