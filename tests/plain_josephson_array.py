"""
A slow, plain Josephson array that the fast one has to agree with.

Dense matrices, a list of bonds, radians, float64, no trick. The noise is given, not drawn.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


@dataclass
class PlainArray:
    """Overdamped or capacitive junctions between the sites of a square lattice."""

    columns: int
    rows: int
    boundary: str
    gauge: np.ndarray
    coupling: np.ndarray
    shunt: np.ndarray
    bias: float
    scheme: str
    step: float
    capacitance: float = 0.0
    phases: np.ndarray = field(default_factory=lambda: np.zeros(0))
    twist: np.ndarray = field(default_factory=lambda: np.zeros(2))

    def __post_init__(self) -> None:
        periodic = self.boundary != "busbar"
        bonds = []
        for y in range(self.rows):
            for x in range(self.columns):
                if periodic or x < self.columns - 1:
                    bonds.append((x, y, (x + 1) % self.columns, y, 0))
                if periodic or y < self.rows - 1:
                    bonds.append((x, y, x, (y + 1) % self.rows, 1))
        sites = self.columns * self.rows
        self.difference = np.zeros((len(bonds), sites))
        for number, (x, y, to_x, to_y, _) in enumerate(bonds):
            self.difference[number, to_y * self.columns + to_x] += 1
            self.difference[number, y * self.columns + x] -= 1
        self.direction = np.array([bond[4] for bond in bonds])

        def on_bonds(values: np.ndarray) -> np.ndarray:
            return np.array([values[d, y, x] for x, y, _, _, d in bonds])

        self.gauge_of_bond = on_bonds(2 * np.pi * self.gauge)
        self.coupling_of_bond = on_bonds(self.coupling)
        self.shunt_of_bond = on_bonds(self.shunt)
        self.injected = np.zeros((self.rows, self.columns))
        if not periodic:
            self.injected[:, 0] += self.bias
            self.injected[:, -1] -= self.bias
        self.velocity = np.zeros(sites)
        self.twist_velocity = np.zeros(2)
        self.before = None  # rates of the step before, without noise
        # All bonds' voltages in terms of the rates of the sites and of the two twists.
        self.network = self.difference
        if self.boundary == "twist":
            columns = np.stack([self.direction == 0, self.direction == 1], axis=1)
            self.network = np.concatenate([self.difference, columns], axis=1)
        weighted = self.network.T @ (self.shunt_of_bond[:, None] * self.network)
        self.inverse = np.linalg.pinv(weighted, rcond=1e-10)

    def rates(self, phases, twist, noise):
        bond = self.difference @ phases + twist[self.direction] - self.gauge_of_bond
        current = self.coupling_of_bond * np.sin(bond) + noise
        source = -self.injected.ravel()
        if self.boundary == "twist":
            source = np.append(source, [self.bias * (self.direction == 0).sum(), 0.0])
        rates = self.inverse @ (source - self.network.T @ current)
        sites = phases.size
        moving = rates[sites:] if self.boundary == "twist" else np.zeros(2)
        return rates[:sites], moving

    def advance(self, noises: np.ndarray) -> float:
        """Move on by one step for each row of `noises` (bonds); the mean voltage along x."""
        moved = 0.0
        for noise in noises:
            if self.scheme == "capacitive":
                moved += self.drift(self.step / 2)
            change, twisting = self.rates(self.phases, self.twist, noise)
            if self.scheme == "capacitive":
                decay = np.exp(-self.step / self.capacitance)
                self.velocity = decay * self.velocity + (1 - decay) * change
                self.twist_velocity = decay * self.twist_velocity + (1 - decay) * twisting
                moved += self.drift(self.step / 2)
                continue
            if self.scheme == "heun":
                later, later_twisting = self.rates(
                    self.phases + self.step * change, self.twist + self.step * twisting, noise
                )
                change, twisting = (change + later) / 2, (twisting + later_twisting) / 2
            if self.scheme == "adams":
                still = self.rates(self.phases, self.twist, 0 * noise)
                before = self.before or still
                # Half a step ahead; the noise is not extrapolated.
                change = change + (still[0] - before[0]) / 2
                twisting = twisting + (still[1] - before[1]) / 2
                self.before = still
            moved += self.move(self.step * change, self.step * twisting)
        return moved / (len(noises) * self.step)

    def drift(self, step: float) -> float:
        return self.move(step * self.velocity, step * self.twist_velocity)

    def move(self, change: np.ndarray, twisting: np.ndarray) -> float:
        """Change phases and twist; what the bonds along x have moved in the mean."""
        self.phases = self.phases + change
        self.twist = self.twist + twisting
        if self.boundary == "busbar":
            row = change.reshape(self.rows, self.columns)
            return (row[:, -1] - row[:, 0]).mean() / (self.columns - 1)
        return twisting[0]


def uniform(columns: int, rows: int, boundary: str, **settings) -> PlainArray:
    """An array without field or disorder."""
    shape = (2, rows, columns)
    return PlainArray(
        columns, rows, boundary, np.zeros(shape), np.ones(shape), np.ones(shape), **settings
    )
