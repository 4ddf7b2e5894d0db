"""What magnetism changes in the energy of a cell."""

from __future__ import annotations

from papilio.dft.job import Done
from papilio.dft.workflow import Finished


def magnetic_energies(finished: Finished) -> dict[str, dict[str, float | None]]:
    """
    Where each magnetic start went.

    Parameters
    ----------
    finished : Finished
        Of the workflow.

    Returns
    -------
    dict
        Start -> ``energy_meV`` of the cell, from the non-magnetic state and extrapolated to no
        smearing, ``free_energy_meV``, the same with the entropy of the smearing, and
        ``total_moment``, Bohr magnetons; None where self-consistency was not reached.
    """
    zero = finished.starts.get("non_magnetic")
    table: dict[str, dict[str, float | None]] = {}
    for name, done in finished.starts.items():
        if done is None or zero is None:
            table[name] = dict.fromkeys(("energy_meV", "free_energy_meV", "total_moment"))
            continue
        apart = _apart(done, zero)
        table[name] = {
            "energy_meV": apart["energy"],
            "free_energy_meV": apart["free_energy"],
            "total_moment": float(done.result["total_moment"]),
        }
    return table


def energy_of_magnetism(finished: Finished) -> dict[str, float] | None:
    """
    E(magnetic) - E(non-magnetic) of the cell on the dense grid, meV.

    Parameters
    ----------
    finished : Finished
        Of the workflow.

    Returns
    -------
    dict or None
        ``value``, extrapolated to no smearing, ``free_energy``, the same with the entropy of the
        smearing, and ``std``, the larger of what either changes from the coarser grid: one alone
        may change by nothing by chance; None without a magnetic state.
    """
    ground = finished.lowest_magnetic
    if ground is None or "magnetic" not in finished.dense:
        return None
    plain = finished.starts["non_magnetic"]
    if plain is None:
        return None
    dense = _apart(finished.dense["magnetic"], finished.dense["non_magnetic"])
    coarse = _apart(ground, plain)
    return {
        "value": dense["energy"],
        "std": max(abs(dense[kind] - coarse[kind]) for kind in dense),
        "free_energy": dense["free_energy"],
    }


def _apart(done: Done, zero: Done) -> dict[str, float]:
    """Energy and free energy of one from the other, meV."""
    return {
        kind: 1e3 * float(done.result[kind] - zero.result[kind])
        for kind in ("energy", "free_energy")
    }
