"""The density of a calculation, for the next one to start from instead of from free atoms."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from gpaw.mpi import world

from .gpaw_output import save

#: Atoms farther from where the density was made stand in another one, angstrom.
SAME_PLACE = 1e-5
#: Iterations of the wave functions, which begin as atomic orbitals, before they change the density.
HELD = 4


def write_density(density: Any, atoms: Any, path: Path) -> None:
    """
    Keep a density.

    Parameters
    ----------
    density : gpaw density
        On its way to self-consistency, or there.
    atoms : ase.Atoms
        Where they are.
    path : Path
        Receives ``density`` (spin, x, y, z) on GPAW's grid, ``matrices``, the atomic density
        matrices, and ``positions``.
    """
    smooth = density.nt_sR.gather()
    matrices = density.D_asii.gather()
    if world.rank == 0:
        save(
            path,
            density=smooth.data,
            matrices=matrices.data,
            positions=atoms.get_positions(),
        )


class KeptDensity:
    """
    A density that a calculation of the same atoms may start from.

    One without spin gives both spins the same, and the starting moments of free atoms their
    difference: a magnetic start stays the one that it was asked to be. The density is held for a
    few iterations: the first wave functions are worse than it is.

    Attributes
    ----------
    used : bool
        Whether a calculation has started from it; not so if it is of other places or another grid.
    """

    def __init__(self, *paths: Path) -> None:
        self.used = False
        self._paths = paths
        self._loop: Any = None

    def start(self, calculator: Any, atoms: Any) -> None:
        """
        Let a calculation start from the first of the files that is of its atoms.

        Parameters
        ----------
        calculator : gpaw calculator
            New.
        atoms : ase.Atoms
            Where they are.
        """
        for path in self._paths:
            if not path.exists():
                continue
            with np.load(path) as file:
                kept = {name: file[name] for name in ("density", "matrices", "positions")}
            if kept["positions"].shape != atoms.positions.shape:
                continue
            if np.abs(kept["positions"] - atoms.positions).max() < SAME_PLACE:
                self._give(calculator, kept["density"], kept["matrices"])
                return

    def after_iteration(self, context: Any) -> None:
        """
        Let the density go once the wave functions follow it; every rank has to call this.

        Parameters
        ----------
        context : object
            Of GPAW's iteration.
        """
        if self._loop is not None and context.niter == HELD:
            self._loop.mixer.mix(context.density)  # what the next density is compared with
            self._loop.update_density_and_potential = True
            self._loop = None

    def _give(self, calculator: Any, smooth: np.ndarray, matrices: np.ndarray) -> None:
        make_builder = calculator.params.dft_component_builder

        def with_density(*arguments: Any, **settings: Any) -> Any:
            builder = make_builder(*arguments, **settings)
            spins = builder.ncomponents
            if tuple(builder.grid.size) != smooth.shape[1:] or len(smooth) > spins:
                return builder
            self.used = True
            superposition, make_loop = builder.density_from_superposition, builder.create_scf_loop

            def density(basis: Any) -> Any:
                made = superposition(basis)
                _put(made.nt_sR, smooth)
                _put(made.D_asii, matrices)
                return made

            def loop() -> Any:
                self._loop = make_loop()
                self._loop.update_density_and_potential = False
                return self._loop

            builder.density_from_superposition = density
            builder.create_scf_loop = loop
            return builder

        calculator.params.dft_component_builder = with_density


def _put(target: Any, kept: np.ndarray) -> None:
    """Overwrite arrays that are spread over processes, spin first."""
    free = target.gather()
    target.scatter_from(None if free is None else _with_spin(free.data, kept))


def _with_spin(free: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """The kept density, with the spin of free atoms if it has none itself."""
    if len(free) == len(kept):
        return kept
    half = 0.5 * (free[0] - free[1])
    return np.stack([0.5 * kept[0] + half, 0.5 * kept[0] - half])
