"""The table of readers and the way in."""

from __future__ import annotations

import dataclasses
import inspect
from pathlib import Path

import numpy as np
import pytest

import papilio
from papilio.dataset import Provenance, record, save
from papilio.errors import OptionsError, ReadError
from papilio.readers import READERS, delimited, netcdf, quantum_design

QUANTUM_DESIGN = "[Header]\nBYAPP,VSM\n[Data]\nComment,Temperature (K)\n,2.0\n"


def test_content_decides_not_the_extension(tmp_path: Path) -> None:
    path = tmp_path / "measured.nc"
    path.write_text(QUANTUM_DESIGN)
    assert papilio.read(path).attrs["reader"] == "quantum_design"
    assert papilio.read(str(path)).attrs["source"] == "measured.nc"


def test_netcdf_round_trip_keeps_its_provenance(tmp_path: Path) -> None:
    written = record(
        {"field": np.arange(3.0)}, Provenance("x.dat", "delimited", "ab"), line=[1, 2, 3]
    )
    save(written, tmp_path / "kept.nc")
    assert papilio.read(tmp_path / "kept.nc").identical(written)


def test_netcdf_with_damaged_notes_is_refused(tmp_path: Path) -> None:
    written = record({"field": np.arange(3.0)}, Provenance("x.dat", "delimited", "ab"))
    written.to_netcdf(tmp_path / "a.nc", engine="h5netcdf")
    written.attrs["notes"] = "[{"
    written.to_netcdf(tmp_path / "b.nc", engine="h5netcdf")
    assert papilio.read(tmp_path / "a.nc").sizes["row"] == 3
    with pytest.raises(ReadError, match=r"^b\.nc: "):
        papilio.read(tmp_path / "b.nc")


def test_every_reader_is_whole() -> None:
    for name, reader in READERS.items():
        assert name == reader.name
        assert dataclasses.is_dataclass(reader.options)
        reader.options()  # all defaults
        assert reader.recognises(b"") is False
        assert inspect.getdoc(reader.read)


def test_smallest_reader_is_a_page() -> None:
    assert len(inspect.getsource(netcdf).splitlines()) < 80


def test_wanted_format_and_options(tmp_path: Path) -> None:
    path = tmp_path / "measured.txt"
    path.write_text("T (K)\tR (ohm)\n1\t2\n")
    assert papilio.read(path, "delimited", delimited.Options()).sizes["row"] == 1
    with pytest.raises(ReadError, match="there is no reader 'excel'; take one of quantum_design"):
        papilio.read(path, "excel")
    with pytest.raises(OptionsError, match="do not fit the reader 'delimited'"):
        papilio.read(path, options=quantum_design.Options())
    with pytest.raises(OptionsError, match="delimiterr: unknown option"):
        papilio.read(path, options={"delimiterr": ","})
    with pytest.raises(ReadError, match=r"no \[Data\] line|names of columns"):
        papilio.read(path, "quantum_design")
    with pytest.raises(ReadError):
        papilio.read(path, "netcdf")
    with pytest.raises(ReadError):
        papilio.read(path, "qcodes")


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\0" * 100, b"\x89PNG\r\n\x1a\n" + b"\0" * 50])
def test_what_holds_nothing_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.dat"
    path.write_bytes(content)
    with pytest.raises(ReadError, match=r"^x\.dat: "):
        papilio.read(path)


def test_missing_file_and_folder(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.dat", Path("a\0b")):
        with pytest.raises(ReadError, match="check the path"):
            papilio.read(path)


def test_huge_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "huge.dat"
    with path.open("wb") as stream:
        stream.write(QUANTUM_DESIGN.encode())
        stream.truncate(4 * 2**30 + 1)  # sparse: takes no room
    with pytest.raises(ReadError, match="more than the 4 GiB"):
        papilio.read(path)


def test_package_offers_read_and_nothing_else_by_chance() -> None:
    assert papilio.read is not None
    with pytest.raises(AttributeError, match="no attribute 'reed'"):
        papilio.reed  # type: ignore[attr-defined]  # noqa: B018


def test_disk_that_breaks_off_is_a_read_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(path: Path, options: object) -> None:
        raise OSError(5, "Input/output error")

    path = tmp_path / "x.dat"
    path.write_text(QUANTUM_DESIGN)
    reader = dataclasses.replace(READERS["quantum_design"], read=broken)
    monkeypatch.setitem(READERS, "quantum_design", reader)
    with pytest.raises(ReadError, match=r"x\.dat: reading broke off \(Input/output error\)"):
        papilio.read(path)
