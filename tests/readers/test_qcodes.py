"""Databases that real QCoDeS writes, and what a hostile one might hold."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest

import papilio
from papilio.dataset import notes
from papilio.errors import ReadError
from papilio.readers.numpy_blob import numbers


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three runs: two quantities at each setpoint, arrays, and one without points."""
    qcodes = pytest.importorskip("qcodes")
    from qcodes.dataset import Measurement, connect, load_or_create_experiment
    from qcodes.parameters import Parameter

    path = tmp_path_factory.mktemp("qcodes") / "cooldown.db"
    connection = connect(str(path))
    experiment = load_or_create_experiment("cooldown", "S1", conn=connection)
    field = Parameter("magnet", label="Field", unit="mT", set_cmd=None)
    resistance = Parameter("lockin_R", label="Resistance", unit="Ohm", set_cmd=None)
    voltage = Parameter("dmm_v1", label="Voltage", unit="V", set_cmd=None)
    loop = Measurement(experiment, name="loop")
    loop.register_parameter(field)
    loop.register_parameter(resistance, setpoints=(field,))
    loop.register_parameter(voltage, setpoints=(field,))
    with loop.run() as saver:
        for step in range(5):
            result = [(field, 10.0 * step), (resistance, 100.0 + step)]
            saver.add_result(*result, (voltage, 1e-3 * step))
    trace = Measurement(experiment, name="trace")
    trace.register_custom_parameter("bias", unit="uA", paramtype="array")
    trace.register_custom_parameter("u", label="V", unit="uV", setpoints=("bias",),
                                    paramtype="array")  # fmt: skip
    trace.register_custom_parameter("operator", paramtype="text")
    with trace.run() as saver:
        bias = np.linspace(-1, 1, 4)
        saver.add_result(("bias", bias), ("u", 2 * bias))
        saver.add_result(("bias", bias + 2), ("u", 2 * bias + 4))
        saver.add_result(("operator", "A. N. Other"))
    empty = Measurement(experiment, name="nothing")
    empty.register_parameter(field)
    empty.register_parameter(resistance, setpoints=(field,))
    with empty.run():
        pass
    connection.close()
    assert qcodes.__version__
    return path


def messages(dataset: object) -> str:
    return "\n".join(note.message for note in notes(dataset))  # type: ignore[arg-type]


def test_quantities_at_one_setpoint_share_a_row(database: Path) -> None:
    loop = papilio.read(database, options={"run": 1})
    assert loop.sizes["row"] == 5
    assert loop["field"].values == pytest.approx([0, 0.01, 0.02, 0.03, 0.04])
    assert loop["resistance_lockin"].values.tolist() == [100, 101, 102, 103, 104]
    assert loop["voltage_dmm_1"].values == pytest.approx([0, 1e-3, 2e-3, 3e-3, 4e-3])
    assert loop.attrs["title"] == "loop"
    assert loop.attrs["header_sample"] == "S1"
    assert loop.attrs["started"].startswith("20")
    assert "3 runs; this is run 1 ('loop')" in messages(loop)


def test_arrays_are_laid_end_to_end(database: Path) -> None:
    trace = papilio.read(database, options={"run": 2})
    assert trace["bias"].values == pytest.approx([-1e-6, -1e-6 / 3, 1e-6 / 3, 1e-6, 1e-6,
                                                  5e-6 / 3, 7e-6 / 3, 3e-6])  # fmt: skip
    assert trace["bias"].attrs["units"] == "A"
    assert "operator" in messages(trace)


def test_last_run_is_the_default_and_may_be_empty(database: Path) -> None:
    last = papilio.read(database)
    assert last.attrs["header_run"] == 3
    assert last.sizes["row"] == 0
    assert "no points" in messages(last)


def test_run_that_is_not_there(database: Path) -> None:
    with pytest.raises(ReadError, match=r"there is no run 9; the last ones are 1, 2, 3"):
        papilio.read(database, options={"run": 9})


def test_nothing_is_written_beside_the_database(database: Path) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in database.parent.iterdir()}
    papilio.read(database, options={"run": 1})
    after = {path.name: path.stat().st_mtime_ns for path in database.parent.iterdir()}
    assert {"cooldown.db": before["cooldown.db"]} == {
        name: time for name, time in after.items() if name == "cooldown.db"
    }
    assert set(after) <= set(before)


def copy(database: Path, folder: Path, *statements: str) -> Path:
    path = folder / "copy.db"
    path.write_bytes(database.read_bytes())
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = DELETE")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
    return path


def test_sqlite_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE runs (x)")
    connection.commit()
    connection.close()
    with pytest.raises(ReadError, match=r"other\.db: .*only databases of QCoDeS"):
        papilio.read(path)


def test_name_of_a_table_is_no_code(database: Path, tmp_path: Path) -> None:
    name = 'results-1-1"; DROP TABLE runs; --'
    path = copy(
        database,
        tmp_path,
        f"UPDATE runs SET result_table_name = '{name}' WHERE run_id = 3",
        "UPDATE runs SET result_table_name = 'evil' WHERE run_id = 2",
        "CREATE VIEW evil AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) "
        "SELECT x FROM n",
    )
    read = papilio.read(path)
    assert read.attrs["header_run"] == 1
    assert notes(read) == []


def test_damaged_values_cost_their_rows(database: Path, tmp_path: Path) -> None:
    path = copy(
        database,
        tmp_path,
        """UPDATE "results-1-1" SET "lockin_R" = 'rubbish' WHERE "lockin_R" = 101""",
        """UPDATE "results-1-1" SET "lockin_R" = 'inf' WHERE "lockin_R" = 102""",
    )
    read = papilio.read(path, options={"run": 1})
    assert read.sizes["row"] == 4
    assert np.isnan(read["resistance_lockin"].values[1])
    assert "1 rows of the run are damaged" in messages(read)


def blob(array: object) -> bytes:
    import io

    stream = io.BytesIO()
    np.save(stream, array)  # type: ignore[arg-type]
    return stream.getvalue()


@pytest.mark.parametrize("kind", ["f8", "f4", ">f8", "i4", "u2", "b1", "i8"])
def test_blobs_of_numbers(kind: str) -> None:
    array = (np.arange(6).reshape(2, 3) % 2).astype(kind)
    assert np.array_equal(numbers(blob(array)), array.astype(float).ravel())  # type: ignore[arg-type]
    assert np.array_equal(numbers(blob(np.asfortranarray(array))), array.ravel())  # type: ignore[arg-type]


def test_blobs_of_anything_else() -> None:
    good = blob(np.arange(3.0))
    pickled = good.replace(b"'<f8'", b"'|O' ")
    huge = good.replace(b"(3,)", b"(99999999999,)")
    for bad in (b"", b"\x93NUMPY", good[:-1], good + b"x", pickled, huge, blob(np.array(["a"])),
                blob(np.array([1j])), good.replace(b"<f8", b"<f9")):  # fmt: skip
        assert numbers(bad) is None
