"""Finished parts of a study on disk, found again by the hash of everything they depend on."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, is_dataclass
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

import papilio
from papilio.dataset import load, save
from papilio.errors import PapilioError
from papilio.result import Quantity, Result
from papilio.storage import write_text, write_whole

#: Nothing in these can change what is kept; the ledger is made anew each time.
_ABOVE = {"ledger", "plot", "report", "cli.py"}
_LIBRARIES = ("numpy", "scipy", "pandas", "xarray", "numba", "h5netcdf")


def key_of(*parts: object) -> str:
    """
    Hash of everything that an item depends on, with papilio's own sources and its libraries.

    Parameters
    ----------
    *parts : object
        Dataclasses, mappings, sequences, texts, numbers, paths.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    text = json.dumps([software(), *parts], default=plain, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


@lru_cache(maxsize=1)
def software() -> str:
    """
    Hash of the sources that make Datasets and Results, and of the libraries they call.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    digest = hashlib.sha256(f"papilio {papilio.__version__}".encode())
    digest.update(platform.python_version().encode())
    for library in _LIBRARIES:
        digest.update(f"{library} {metadata.version(library)}".encode())
    folder = Path(papilio.__file__).parent
    for source in sorted(folder.rglob("*.py"), key=lambda file: file.relative_to(folder).parts):
        parts = source.relative_to(folder).parts
        if parts[0] not in _ABOVE:
            digest.update("/".join(parts).encode())
            digest.update(source.read_bytes())
    return digest.hexdigest()


def plain(value: object) -> Any:
    """
    What JSON knows instead of what it does not.

    Parameters
    ----------
    value : object
        Something that `json.dumps` refuses.

    Returns
    -------
    object
        Numbers of numpy as numbers, arrays as lists, dataclasses and mappings as tables.

    Raises
    ------
    TypeError
        For anything else.
    """
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return value.tolist()
    if is_dataclass(value) and not isinstance(value, type):
        return {"type": type(value).__qualname__, **asdict(value)}
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")


@dataclass
class Store:
    """
    A folder of finished Datasets and Results, each under its key.

    Attributes
    ----------
    folder : Path
        Where they are kept.
    used : set of str
        Names in the folder that this run wrote or found.
    """

    folder: Path
    used: set[str] = field(default_factory=set)

    def dataset(self, key: str) -> xr.Dataset | None:
        """
        The Dataset under a key.

        Parameters
        ----------
        key : str
            From `key_of`.

        Returns
        -------
        xarray.Dataset or None
            None where it was never finished, or its file is damaged.
        """
        self.used.add(f"{key}.nc")
        try:
            return load(self.folder / f"{key}.nc")
        except PapilioError:  # absent or damaged: then it is made again
            return None

    def keep_dataset(self, key: str, dataset: xr.Dataset) -> None:
        """
        Keep a Dataset.

        Parameters
        ----------
        key : str
            From `key_of`.
        dataset : xarray.Dataset
            A Dataset that obeys the contract.
        """
        save(dataset, self.folder / f"{key}.nc")

    def result(self, key: str) -> Result | None:
        """
        The Result under a key.

        Parameters
        ----------
        key : str
            From `key_of`.

        Returns
        -------
        Result or None
            None where it was never finished, or a file of it is damaged.
        """
        self.used.add(key)
        folder = self.folder / key
        try:
            return _load_result(folder)
        except (OSError, ValueError, KeyError, TypeError):  # absent or damaged: made again
            return None

    def keep_result(self, key: str, result: Result) -> None:
        """
        Keep a Result: curves first, so that ``result.json`` stands only where all is there.

        Parameters
        ----------
        key : str
            From `key_of`.
        result : Result
            An answer.
        """
        folder = self.folder / key
        packed, where = _packed(result.curves)
        write_whole(folder / "curves.nc", lambda place: packed.to_netcdf(place, engine="h5netcdf"))
        table = {
            "analysis": result.analysis,
            "quantities": [asdict(quantity) for quantity in result.quantities],
            "options": dict(result.options),
            "sources": list(result.sources),
            "synthetic": bool(result.synthetic),
            "flags": list(result.flags),
            "references": list(result.references),
            "curves": where,
        }
        write_text(folder / "result.json", json.dumps(table, default=plain, indent=1))

    def forget_unused(self) -> None:
        """Delete what this run neither wrote nor found."""
        if not self.folder.is_dir():
            return
        for entry in self.folder.iterdir():
            if entry.name in self.used:
                continue
            if entry.is_dir():
                for file in entry.iterdir():
                    file.unlink()
                entry.rmdir()
            else:
                entry.unlink()


def _load_result(folder: Path) -> Result:
    table = json.loads((folder / "result.json").read_text("utf-8"))
    with xr.open_dataset(folder / "curves.nc", engine="h5netcdf", decode_times=False) as opened:
        curves = _unpacked(opened.load(), table["curves"])
    quantities = []
    for entry in table["quantities"]:
        interval = entry["interval68"]
        entry["interval68"] = None if interval is None else (interval[0], interval[1])
        entry["flags"] = tuple(entry["flags"])
        quantities.append(Quantity(**entry))
    return Result(
        table["analysis"],
        tuple(quantities),
        curves,
        table["options"],
        tuple(table["sources"]),
        table["synthetic"],
        tuple(table["flags"]),
        tuple(table["references"]),
    )


def _packed(curves: Mapping[str, xr.Dataset]) -> tuple[xr.Dataset, list[Any]]:
    """
    All numbers of all curves end to end, and a table of what stands where.

    A file of hundreds of small variables takes a hundred times longer to open than one long one.
    """
    numbers: list[np.ndarray[Any, Any]] = []
    table = []
    for name, curve in curves.items():
        variables = {}
        for variable, content in curve.variables.items():
            values = content.values
            entry: dict[str, Any] = {
                "dimensions": list(content.dims),
                "shape": list(values.shape),
                "dtype": values.dtype.str,
                "attributes": dict(content.attrs),
            }
            if values.dtype.kind in "iufb":
                numbers.append(values.astype(float).ravel())
            else:
                entry["values"] = values.ravel().tolist()
            variables[str(variable)] = entry
        table.append((name, dict(curve.attrs), variables))
    together = np.concatenate(numbers) if numbers else np.empty(0)
    return xr.Dataset({"numbers": ("number", together)}), table


def _unpacked(packed: xr.Dataset, table: list[Any]) -> dict[str, xr.Dataset]:
    numbers = packed["numbers"].values
    curves, start = {}, 0
    for name, attributes, variables in table:
        content = {}
        for variable, entry in variables.items():
            if "values" in entry:
                flat = np.array(entry["values"], dtype=entry["dtype"])
            else:
                size = int(np.prod(entry["shape"]))
                flat = numbers[start : start + size].astype(entry["dtype"])
                start += size
            shaped = flat.reshape(entry["shape"])
            content[variable] = (entry["dimensions"], shaped, entry["attributes"])
        curves[name] = xr.Dataset(content, attrs=attributes)
    if start != numbers.size:
        raise ValueError("the numbers do not fit their table")
    return curves
