"""Densities of states and bands of a calculated cell as data, beside the figures of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from papilio.dft.job import Done
from papilio.dft.orbitals import D_ORBITALS
from papilio.storage import write_whole

Array = NDArray[np.float64]

#: Of the third axis of the trigonal shares, in the order of `papilio.dft.orbitals.trigonal_states`.
TRIGONAL = ("a1g", "e_g'1", "e_g'2")


def densities(done: Done, shares: Mapping[int, Mapping[str, Array]], energies: Array) -> xr.Dataset:
    """
    Densities of d states of the B ions, and bands where they were calculated.

    Parameters
    ----------
    done : Done
        The calculation.
    shares : mapping
        From `papilio.dft.summary.orbital_shares`.
    energies : array, shape (energy,)
        From the Fermi level, eV.

    Returns
    -------
    xarray.Dataset
        ``cell``, ``octahedron`` (ion, spin, energy, orbital) and ``trigonal`` (ion, spin, energy,
        trigonal_orbital) in 1/eV; ``bands`` (spin, point, band) in eV from the Fermi level and
        ``k_points`` (point, axis) in units of the reciprocal lattice.
    """
    axes = {"cell": "orbital", "octahedron": "orbital", "trigonal": "trigonal_orbital"}
    variables: dict[str, Any] = {
        frame: (
            ("ion", "spin", "energy", orbital),
            np.stack([of[frame] for of in shares.values()]).astype(np.float32),
            {"units": "1/eV"},
        )
        for frame, orbital in axes.items()
    }
    if (done.folder / "bands.npz").exists():
        with np.load(done.folder / "bands.npz") as file:
            bands = file["eigenvalues"] - float(file["fermi_level"])
            variables["bands"] = (
                ("spin", "point", "band"),
                bands.astype(np.float32),
                {"units": "eV"},
            )
            variables["k_points"] = (("point", "axis"), file["k_points"], {})
    return xr.Dataset(
        variables,
        coords={
            "energy": ("energy", energies, {"units": "eV"}),
            "ion": [done.structure.layers[atom] for atom in shares],
            "orbital": list(D_ORBITALS),
            "trigonal_orbital": list(TRIGONAL),
        },
        attrs={"calculation": done.folder.name, "input_sha256": done.job.fingerprint()},
    )


def write_densities(path: Path, dataset: xr.Dataset) -> None:
    """
    Write densities and bands as NetCDF, whole or not at all.

    Parameters
    ----------
    path : Path
        Where to (``.nc``).
    dataset : xarray.Dataset
        From `densities`.
    """
    encoding = {str(name): {"zlib": True} for name in dataset.data_vars}
    write_whole(path, lambda place: dataset.to_netcdf(place, engine="h5netcdf", encoding=encoding))
