"""Bad input: only papilio's own errors come out, in bounded time and memory."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import papilio
from mutated_files import mutant
from papilio.dataset import Provenance, check, record, save
from papilio.errors import PapilioError
from papilio.readers import READERS

DATA = Path(__file__).parents[3] / "shared" / "data"
SECONDS, MEMORY = 10, 2**30
MUTANTS, CHUNK = 12_000, 1_000


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Real files, and a database and a NetCDF file, of which the shared ones have none."""
    if not DATA.is_dir():
        pytest.skip("real measurements are not beside the repository")
    files = sorted(path for path in DATA.rglob("*") if path.is_file() and path.suffix != ".md")
    folder = tmp_path_factory.mktemp("originals")
    generator = np.random.default_rng(1)
    saved = record(
        {"field": generator.random(400), "resistance": generator.random(400)},
        Provenance("x", "delimited"),
        line=np.arange(400),
    )
    save(saved, folder / "saved.nc")
    database(folder / "runs.db")
    return [*files, folder / "saved.nc", folder / "runs.db"]


def database(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.executescript(
        """
        CREATE TABLE experiments (exp_id INTEGER PRIMARY KEY, name TEXT, sample_name TEXT);
        CREATE TABLE runs (run_id INTEGER PRIMARY KEY, exp_id INTEGER, name TEXT,
            result_table_name TEXT, run_timestamp INTEGER, run_description TEXT);
        CREATE TABLE layouts (layout_id INTEGER PRIMARY KEY, run_id INTEGER, parameter TEXT,
            label TEXT, unit TEXT, inferred_from TEXT);
        CREATE TABLE "results-1-1" (id INTEGER PRIMARY KEY, "b" numeric, "r" array);
        INSERT INTO experiments VALUES (1, 'cooldown', 'S1');
        INSERT INTO runs VALUES (1, 1, 'loop', 'results-1-1', 1700000000, '{}');
        INSERT INTO layouts VALUES (1, 1, 'b', 'Field', 'T', ''), (2, 1, 'r', 'Res', 'Ohm', '');
        """
    )
    import io

    for row in range(60):
        stream = io.BytesIO()
        np.save(stream, np.arange(8.0) + row)
        connection.execute(
            'INSERT INTO "results-1-1" (b, r) VALUES (?, ?)', (0.1 * row, stream.getvalue())
        )
    connection.commit()
    connection.close()


@pytest.fixture(autouse=True)
def bounded_memory() -> Iterator[None]:
    """No more than a GiB beyond what the process has: more becomes a MemoryError."""
    resource = pytest.importorskip("resource")
    state = Path("/proc/self/statm")
    if not state.is_file():
        yield
        return
    now = int(state.read_text().split()[0]) * resource.getpagesize()
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (now + MEMORY, hard))
    yield
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def survive(path: Path, what: str, format: str | None = None) -> str:
    """Read a file; "read", or the kind of papilio's error."""
    started = time.perf_counter()
    try:
        outcome = "read" if check(papilio.read(path, format)) is not None else "nothing"
    except PapilioError as error:
        outcome = type(error).__name__
        message = str(error)
        assert path.name in message, (what, message)
        assert "\n" not in message, (what, message)
        assert len(message) < 1500, (what, message)
    except Exception as error:  # noqa: BLE001 - this is what is being looked for
        pytest.fail(f"{what}: {type(error).__name__}: {error}")
    assert time.perf_counter() - started < SECONDS, what
    return outcome


def walk(first: int, count: int, files: list[Path], folder: Path) -> dict[str, int]:
    outcomes: dict[str, int] = {}
    path = folder / "mutant.dat"
    for seed in range(first, first + count):
        what, content = mutant(seed, files)
        path.write_bytes(content)
        outcome = survive(path, f"mutant {seed}, {what}")
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
    return outcomes


def test_some_damaged_files(originals: list[Path], tmp_path: Path) -> None:
    outcomes = walk(0, 300, originals, tmp_path)
    assert outcomes["read"] > 100  # most damage leaves good rows
    assert outcomes["ReadError"] > 10
    assert set(outcomes) <= {"read", "ReadError", "DatasetError"}


@pytest.mark.validate
@pytest.mark.parametrize("first", range(1000, 1000 + MUTANTS, CHUNK))
def test_many_damaged_files(originals: list[Path], tmp_path: Path, first: int) -> None:
    outcomes = walk(first, CHUNK, originals, tmp_path)
    assert sum(outcomes.values()) == CHUNK
    assert set(outcomes) <= {"read", "ReadError", "DatasetError"}


TEXT = st.text(alphabet=",;\t \n\r\"'#0123456789.eE+-aTK()[]µ\0", max_size=300)


@pytest.mark.parametrize("format", [None, *READERS])
@given(content=st.one_of(st.binary(max_size=300), TEXT.map(lambda text: text.encode())))
@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_bytes(tmp_path: Path, format: str | None, content: bytes) -> None:
    path = tmp_path / "any.dat"
    path.write_bytes(content)
    survive(path, repr(content), format)


@given(rows=TEXT, header=TEXT, labels=TEXT)
@settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_header_labels_and_rows(tmp_path: Path, rows: str, header: str, labels: str) -> None:
    path = tmp_path / "any.dat"
    path.write_bytes(f"[Header]\nBYAPP,MPMS3\n{header}\n[Data]\nComment,{labels}\n{rows}".encode())
    survive(path, repr((header, labels, rows)))
