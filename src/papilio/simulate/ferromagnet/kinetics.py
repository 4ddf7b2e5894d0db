"""
Thermally activated reversal, event by event, in laboratory time.

A moment with two minima leaves its own over either saddle at the rate nu0 exp(-Delta E/kB T)
(Neel, Ann. Geophys. 5, 99 (1949); Brown, Phys. Rev. 130, 1677 (1963),
doi:10.1103/PhysRev.130.1677), Delta E from its energy in the local field while the others stay.
While the field stands, waiting times are exponential and the moment that goes is drawn by its
rate (Gillespie, J. Comput. Phys. 22, 403 (1976), doi:10.1016/0021-9991(76)90041-3); then
everything relaxes at once. A ramp is a staircase so fine that no barrier changes by more than a
part of kB T within a step, the field of a step being that of its middle: the integrated rates are
then those of the ramp to second order in the step.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from papilio.constants import BOLTZMANN
from papilio.simulate.ferromagnet.landscape import barriers, compiled
from papilio.simulate.ferromagnet.relaxation import neighbours_field, relaxed
from papilio.simulate.ferromagnet.sheet import Field, Sheet, flatness, others_field

Floats = NDArray[np.float64]

#: A moment whose rates there and back add up to more than this over the length of a step comes to
#: equilibrium within it, and is drawn from there if it may come back at all ...
FLICKERING = 10.0
#: ... that is, if more returns than this are to be expected.
RETURNS = 0.1
#: Barrier over kB T that nothing crosses: at 1e10 attempts per second once in 1e33 years.
NEVER = 120.0
#: Change of a barrier over kB T that is not worth working it out again.
SLACK = 0.005
#: Change of an angle, rad, that counts as rest: barriers err in second order of it.
REST = 1e-6
#: A moment that turned by more than this, rad, has reversed.
REVERSED = math.pi / 3


@dataclass(frozen=True)
class Held:
    """
    A sheet after its field has stood for a while.

    Attributes
    ----------
    angle : array, shape (Ly, Lx)
        rad.
    rate : float
        Sum of the rates of all events to come, 1/s.
    events : int
        Thermal events.
    reversed_cells : int
        Cells that reversed, by themselves or in an avalanche.
    largest : int
        Cells of the largest avalanche.
    """

    angle: Floats
    rate: float
    events: int = 0
    reversed_cells: int = 0
    largest: int = 0


@compiled
def _rates(
    angle: Any,
    field_x: Any,
    field_y: Any,
    axis: Any,
    anisotropy: Any,
    exchange: Any,
    scale: float,
    attempt: float,
    seen: Any,
    leave: Any,
    back: Any,
    target: Any,
    slack: float,
) -> None:
    """Rates out of and back into each cell's minimum, and the angle of the other one."""
    rows, columns = angle.shape
    cosine, sine = np.cos(angle), np.sin(angle)
    for row in range(rows):
        for column in range(columns):
            x, y = neighbours_field(cosine, sine, exchange, row, column)
            x += field_x[row, column]
            y += field_y[row, column]
            here = angle[row, column]
            moved = max(abs(x - seen[0, row, column]), abs(y - seen[1, row, column]))
            if moved < slack and abs(here - seen[2, row, column]) < 0.1:
                continue
            seen[0, row, column], seen[1, row, column], seen[2, row, column] = x, y, here
            own = axis[row, column]
            strength = anisotropy[row, column]
            along_axis = (x * math.cos(own) + y * math.sin(own)) / strength
            across_axis = (y * math.cos(own) - x * math.sin(own)) / strength
            height = 0.5 * strength * scale
            leave[row, column] = back[row, column] = 0.0
            # The barrier of the stable minimum is never below (1 - |h_y|)^2, its value at h_x = 0.
            least = max(0.0, 1 - abs(across_axis))
            if height * least * least > NEVER and along_axis * math.cos(here - own) > 0:
                continue
            two, other, near, far, gain = barriers(here - own, along_axis, across_axis)
            target[row, column] = own + other
            if two:
                leave[row, column] = attempt * (math.exp(-height * near) + math.exp(-height * far))
                back[row, column] = attempt * (
                    math.exp(-height * (near + gain)) + math.exp(-height * (far + gain))
                )


class Rates:
    """
    Rates of all cells at one temperature, kept up to date as their local fields change.

    Parameters
    ----------
    sheet : Sheet
        The sheet.
    temperature : float
        K, above zero.
    attempt_rate : float
        nu0 of each saddle, 1/s.
    slack : float
        Change of a local field, T, that is not worth working a cell out again.

    Attributes
    ----------
    leave, back : array, shape (Ly, Lx)
        Rates out of each cell's minimum and back into it, 1/s; zero where there is one minimum.
    target : array, shape (Ly, Lx)
        Angle of the other minimum, rad.
    """

    def __init__(
        self, sheet: Sheet, temperature: float, attempt_rate: float, slack: float = 0.0
    ) -> None:
        self._sheet, self._attempt, self._slack = sheet, attempt_rate, slack
        self._thermal = BOLTZMANN * temperature
        self._seen = np.full((3, *sheet.shape), np.inf)
        self.leave, self.back, self.target = (np.zeros(sheet.shape) for _ in range(3))

    def look(self, angle: Floats, field: Field) -> None:
        """
        Bring the rates up to date.

        Parameters
        ----------
        angle : array, shape (Ly, Lx)
            Relaxed, rad.
        field : Field
            Applied field, the same at every look but for its in-plane part.
        """
        sheet = self._sheet
        flat = flatness(sheet, field)
        dipolar_x, dipolar_y = others_field(sheet, angle)
        _rates(
            angle,
            field.x / flat + dipolar_x,
            field.y / flat + dipolar_y,
            sheet.axis,
            sheet.anisotropy,
            sheet.exchange,
            sheet.cell_moment * flat**2 / self._thermal,
            self._attempt,
            self._seen,
            self.leave,
            self.back,
            self.target,
            self._slack,
        )


def hold(
    sheet: Sheet,
    angle: Floats,
    field: Field,
    temperature: float,
    attempt_rate: float,
    duration: float,
    random: np.random.Generator,
) -> Held:
    """
    Let the sheet relax, then live through a time at constant field.

    A moment that comes to equilibrium within the duration, going to and fro, is not followed: at
    the end it is drawn from the equilibrium of its two minima.

    Parameters
    ----------
    sheet : Sheet
        The sheet.
    angle : array, shape (Ly, Lx)
        Where to start, rad.
    field : Field
        Applied field.
    temperature : float
        K; zero leaves relaxation alone.
    attempt_rate : float
        1/s.
    duration : float
        s.
    random : numpy.random.Generator
        Source of the random numbers.

    Returns
    -------
    Held
        The sheet at the end.
    """
    before = angle
    angle = relaxed(sheet, angle, field, REST)
    total = largest = _reversed(before, angle)
    if temperature == 0:
        return Held(angle, 0.0, 0, total, largest)
    elapsed = 0.0
    events = 0
    now = Rates(sheet, temperature, attempt_rate, finest_step(sheet, temperature, SLACK))
    while True:
        now.look(angle, field)
        fast = (now.leave + now.back) * duration > FLICKERING
        fast &= np.minimum(now.leave, now.back) * duration > RETURNS
        open_rates = np.where(fast, 0.0, now.leave).ravel()
        sums = np.cumsum(open_rates)
        rate = float(sums[-1])
        elapsed = elapsed + random.exponential(1 / rate) if rate > 0 else math.inf
        if elapsed > duration:
            break
        chosen = int(np.searchsorted(sums, random.random() * rate, side="right"))
        # Rounding may point one past the last cell that can go.
        chosen = min(chosen, int(np.flatnonzero(open_rates)[-1]))
        trial = angle.copy()
        trial.flat[chosen] = now.target.flat[chosen]
        trial = relaxed(sheet, trial, field, REST)
        size = _reversed(angle, trial)
        events, total, largest = events + 1, total + size, max(largest, size)
        angle = trial
    if fast.any():
        drawn = _drawn(sheet, angle, field, temperature, fast, random)
        total += _reversed(angle, drawn)
        angle = relaxed(sheet, drawn, field, REST)
    return Held(angle, rate, events, total, largest)


@compiled
def _draw(
    angle: Any,
    field_x: Any,
    field_y: Any,
    axis: Any,
    anisotropy: Any,
    exchange: Any,
    scale: float,
    cells: Any,
    uniform: Any,
) -> None:
    """Each of the cells, in turn, into one of its minima by its weight in equilibrium."""
    columns = angle.shape[1]
    cosine, sine = np.cos(angle), np.sin(angle)
    for number in range(cells.size):
        row, column = cells[number] // columns, cells[number] % columns
        x, y = neighbours_field(cosine, sine, exchange, row, column)
        x += field_x[row, column]
        y += field_y[row, column]
        own = axis[row, column]
        strength = anisotropy[row, column]
        two, other, _, _, gain = barriers(
            angle[row, column] - own,
            (x * math.cos(own) + y * math.sin(own)) / strength,
            (y * math.cos(own) - x * math.sin(own)) / strength,
        )
        if two and uniform[number] * (1 + math.exp(-0.5 * strength * scale * gain)) < 1:
            angle[row, column] = own + other
            cosine[row, column], sine[row, column] = math.cos(own + other), math.sin(own + other)


def _drawn(
    sheet: Sheet,
    angle: Floats,
    field: Field,
    temperature: float,
    fast: NDArray[np.bool_],
    random: np.random.Generator,
) -> Floats:
    flat = flatness(sheet, field)
    # The dipolar field is that before the draw; exchange is kept up with.
    dipolar_x, dipolar_y = others_field(sheet, angle)
    drawn = angle.copy()
    cells = random.permutation(np.flatnonzero(fast))
    _draw(
        drawn,
        field.x / flat + dipolar_x,
        field.y / flat + dipolar_y,
        sheet.axis,
        sheet.anisotropy,
        sheet.exchange,
        sheet.cell_moment * flat**2 / (BOLTZMANN * temperature),
        cells,
        random.random(cells.size),
    )
    return drawn


def _reversed(before: Floats, after: Floats) -> int:
    turned = np.abs(np.remainder(after - before + math.pi, 2 * math.pi) - math.pi)
    return int((turned > REVERSED).sum())


def finest_step(sheet: Sheet, temperature: float, part: float) -> float:
    """
    Step of the field in which no cell's barrier changes by more than a part of kB T.

    A barrier is the difference of two energies -m.B, so its slope is at most twice the moment.

    Parameters
    ----------
    sheet : Sheet
        Knows the moment of a cell.
    temperature : float
        K.
    part : float
        Part of kB T.

    Returns
    -------
    float
        T.
    """
    return part * BOLTZMANN * temperature / (2 * sheet.cell_moment)
