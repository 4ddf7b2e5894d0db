"""Files that are whole or absent, whatever happens meanwhile."""

import subprocess
import sys
import textwrap

import pytest

from papilio import storage


def test_hash_is_the_published_one_of_abc(tmp_path):
    path = tmp_path / "abc"
    path.write_bytes(b"abc")
    # FIPS 180-2, appendix B.1.
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert storage.sha256(path) == expected


def test_text_is_utf8_with_line_feeds_in_folders_that_are_made(tmp_path):
    path = tmp_path / "new" / "folder" / "note.txt"
    storage.write_text(path, "μ₀H\nT\n")
    assert path.read_bytes() == "μ₀H\nT\n".encode()
    assert list(path.parent.iterdir()) == [path]


def test_a_writer_that_fails_leaves_the_old_file_and_no_litter(tmp_path):
    path = tmp_path / "result.json"
    storage.write_text(path, "old")

    def fail(place):
        place.write_text("half of the n")
        raise RuntimeError("disk on fire")

    with pytest.raises(RuntimeError, match="disk on fire"):
        storage.write_whole(path, fail)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_process_killed_between_write_and_rename_leaves_the_old_file(tmp_path):
    path = tmp_path / "result.json"
    storage.write_text(path, "old")
    program = textwrap.dedent(
        """
        import os, sys
        from pathlib import Path
        from papilio.storage import write_whole

        def write(place):
            place.write_text("new, whole, but not yet in place")
            os._exit(9)  # as SIGKILL would: no finally, no flush

        write_whole(Path(sys.argv[1]), write)
        """
    )
    finished = subprocess.run([sys.executable, "-c", program, str(path)], check=False)
    assert finished.returncode == 9
    assert path.read_text() == "old"
    # What was being written lies beside it under a hidden name of its own.
    left = [entry for entry in tmp_path.iterdir() if entry != path]
    assert len(left) == 1
    assert left[0].name.startswith(".result.json.")
    storage.write_text(path, "next run")
    assert path.read_text() == "next run"


def test_the_temporary_name_keeps_the_suffix(tmp_path):
    seen = []

    def write(place):
        seen.append(place)
        place.write_text("x")

    storage.write_whole(tmp_path / "curve.nc", write)
    assert seen[0].parent == tmp_path
    assert seen[0].suffix == ".nc"
    assert (tmp_path / "curve.nc").stat().st_mode & 0o777 == 0o644
