"""`papilio simulate array`: a file of options in, a folder with a Dataset out, resumable."""

from __future__ import annotations

import tomllib
from pathlib import Path

from papilio.dataset import save
from papilio.errors import OptionsError
from papilio.options import from_table
from papilio.simulate.josephson_array.protocols import PROTOCOLS
from papilio.storage import write_text


def run(options_path: Path, output: Path) -> Path:
    """
    Simulate what a file asks for.

    The folder receives ``<protocol>.nc`` and the options beside it. A run that was interrupted
    leaves ``<protocol>.checkpoint.npz`` and goes on from there when it is started again.

    Parameters
    ----------
    options_path : Path
        TOML file: ``protocol = "cooldown"`` (or current_voltage, field_sweep, snapshots) and the
        options of that protocol.
    output : Path
        Folder for the results; made where it is missing.

    Returns
    -------
    Path
        The NetCDF file.

    Raises
    ------
    OptionsError
        Naming the file, and the key that is wrong.
    """
    try:
        text = options_path.read_text(encoding="utf-8")
        table = tomllib.loads(text)
    except OSError as error:
        raise OptionsError(f"{options_path}: {error.strerror}; check the path") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise OptionsError(f"{options_path}: {error}; correct the file") from error
    protocol = table.pop("protocol", None)
    if protocol not in PROTOCOLS:
        raise OptionsError(
            f"{options_path}: protocol is {protocol!r}; make it one of {', '.join(PROTOCOLS)}"
        )
    kind, simulate = PROTOCOLS[protocol]
    try:
        options = from_table(kind, table)
    except OptionsError as error:
        raise OptionsError(f"{options_path}: {error}") from error
    output.mkdir(parents=True, exist_ok=True)
    if protocol == "snapshots":
        dataset = simulate(options)
    else:
        dataset = simulate(options, checkpoint=output / f"{protocol}.checkpoint.npz")
    result = output / f"{protocol}.nc"
    save(dataset, result)
    write_text(output / f"{protocol}.toml", text)
    return result
