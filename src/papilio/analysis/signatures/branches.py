"""Sweeps of a loop, and what readings of one state of the sample have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class States:
    """
    States of the sample behind the readings of a sweep.

    Attributes
    ----------
    number : ndarray, shape (point,)
        Which; equal numbers are one state.
    error : ndarray, shape (point,)
        Standard deviation that all readings of the state share, ohm.
    excess : ndarray, shape (point,)
        By so much the state may be above its readings, ohm.
    """

    number: Array
    error: Array
    excess: Array


@dataclass(frozen=True)
class Branch:
    """
    One sweep of a loop.

    Attributes
    ----------
    field, resistance : ndarray, shape (point,)
        T, ohm, in order of acquisition.
    std : ndarray, shape (point,), or None
        Standard deviations of the readings, where the data give them, without what readings of one
        state share.
    states : States or None
        Where the data name them.
    """

    field: Array
    resistance: Array
    std: Array | None
    states: States | None = None


@dataclass(frozen=True)
class Common:
    """
    What a curve owes to each state: its shared error, and what may hide above its readings.

    Attributes
    ----------
    matrix : ndarray, shape (point, state)
        By how much a point of the curve changes with each.
    error, excess : ndarray, shape (state,)
        ohm.
    """

    matrix: Array
    error: Array
    excess: Array

    @property
    def variance(self) -> Array:
        """Of each point of the curve, ohm^2."""
        return np.asarray(self.matrix**2 @ self.error**2)

    def hidden(self, rows: Array) -> Array:
        """
        By how much states may raise linear combinations of the curve at most.

        Parameters
        ----------
        rows : ndarray, shape (..., point)
            Weights.

        Returns
        -------
        ndarray, shape (...)
            ohm, zero or more.
        """
        return np.asarray(np.maximum(rows @ self.matrix, 0.0) @ self.excess)

    def copies(self, count: int, generator: np.random.Generator) -> Array:
        """
        Curves of the shared errors alone.

        Parameters
        ----------
        count : int
            How many.
        generator : numpy.random.Generator
            Source.

        Returns
        -------
        ndarray, shape (count, point)
            ohm.
        """
        drawn = self.error * generator.standard_normal((count, self.error.size))
        return np.asarray(drawn @ self.matrix.T)


def common(matrix: Array, branches: Sequence[Branch]) -> Common:
    """
    What a curve owes to the states of its readings; of equal states the sum counts.

    Parameters
    ----------
    matrix : ndarray, shape (point, reading)
        The curve from the readings of all branches.
    branches : sequence of Branch
        In the order of the columns.

    Returns
    -------
    Common
        Without states where no branch names any.
    """
    parts, numbers, errors, excesses, first = [np.zeros((len(matrix), 0))], [], [], [], 0
    for branch in branches:
        last = first + branch.field.size
        if branch.states is not None:
            parts.append(matrix[:, first:last])
            numbers.append(branch.states.number)
            errors.append(branch.states.error)
            excesses.append(branch.states.excess)
        first = last
    if not numbers:
        return Common(parts[0], np.zeros(0), np.zeros(0))
    distinct, place = np.unique(np.concatenate(numbers), return_inverse=True)
    merged = np.zeros((len(matrix), distinct.size))
    np.add.at(merged.T, place, np.hstack(parts).T)
    error, excess = np.zeros(distinct.size), np.zeros(distinct.size)
    np.maximum.at(error, place, np.concatenate(errors))
    np.maximum.at(excess, place, np.concatenate(excesses))
    return Common(merged, error, excess)
