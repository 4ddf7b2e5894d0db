"""The benchmark of the readers prints what a machine can read, and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_json_is_one_object() -> None:
    command = [sys.executable, "benchmarks/readers.py", "--json", "--rows", "3000", "--pairs", "1"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    printed = json.loads(answer.stdout)
    assert set(printed["figures"]) == {"time_ratio_pandas", "memory_ratio_pandas"}
    assert printed["figures"]["time_ratio_pandas"] > 0
    assert printed["details"]["columns_kept"] == 14
    assert "benchmarks/readers.py --json" in printed["command"]
    assert printed["machine"]["cores"] >= 1
