"""
Reading a large Quantum Design file, against pandas.read_csv in the same run.

A Resistivity file of a million rows is written to a temporary folder: 42 columns, four of them
sample signals, the rest status, thermometers and blanks as the instrument writes them. Then
`papilio.read` and `pandas.read_csv` (C engine, the columns that papilio keeps) read it in turn.
The time is the median of the pairs' ratios; the memory is the peak of the resident set less what
is resident after the imports and before reading, each in a process of its own.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from reporting import arguments, show

LABELS = (
    ["Comment", "Time Stamp (sec)", "Status (code)", "Temperature (K)", "Magnetic Field (Oe)"]
    + ["Sample Position (deg)"]
    + [
        f"Bridge {bridge} {what}"
        for bridge in (1, 2, 3, 4)
        for what in ("Resistivity (Ohm)", "Excitation (uA)")
    ]
    + [f"Bridge {bridge} Std. Dev. (Ohm)" for bridge in (1, 2, 3, 4)]
    + ["Number of Readings"]
    + [f"Bridge {bridge} Resistance (Ohms)" for bridge in (1, 2, 3, 4)]
    + ["Signal 1 Vin (V)", "Signal 2 Vin (V)", "Digital Inputs (code)", "Drive 1 Iout (mA)"]
    + ["Drive 1 Ipower (watts)", "Drive 2 Iout (mA)", "Drive 2 Ipower (watts)", "Pressure ()"]
    + [f"Map {number} ()" for number in range(20, 30)]
)
HEADER = """[Header]
TITLE, a million rows
FILEOPENTIME,30422650.78,12/18/2024,10:42 AM
BYAPP, Resistivity, 2.1, 1.0
INFO, APPNAME, PPMS MultiVu Application, 1.5.11
INFO, longitudinal, Sample1 Name
INFO, 1, Sample1 Cross Section
INFO, Hall, Sample2 Name
DATATYPE, TIME, 2
[Data]
"""
PAPILIO = """
from papilio.readers import read
def job(path):
    return read(path)
def size(data):
    return data.sizes["row"]
"""
PANDAS = """
import json, pandas, pathlib, sys
KEPT = json.loads(sys.argv[2])
def job(path):
    text = pathlib.Path(path).open("rb").read(65536)
    lines = text[: text.index(b"[Data]")].count(b"\\n") + 1
    return pandas.read_csv(path, skiprows=lines, usecols=KEPT, engine="c", index_col=False)
def size(data):
    return len(data)
"""
MEMORY = """
import pathlib, resource, sys
STATUS = pathlib.Path("/proc/self/status")
def resident(key):
    if STATUS.is_file():
        for line in STATUS.read_text().splitlines():
            if line.startswith(key):
                return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
job(sys.argv[3])  # a small file: loads what the libraries load on first use
if STATUS.is_file():
    pathlib.Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
before = resident("VmRSS:")
data = job(sys.argv[1])
print(resident("VmHWM:") - before, size(data))
"""
TIME = """
import sys, time
job(sys.argv[3])
start = time.perf_counter()
data = job(sys.argv[1])
print(time.perf_counter() - start, size(data))
"""


def write_file(path: Path, rows: int, seed: int = 1) -> None:
    generator = np.random.default_rng(seed)
    with path.open("w", encoding="ascii", newline="\n") as stream:
        stream.write(HEADER + ",".join(LABELS) + "\n")
        for start in range(0, rows, 50_000):
            count = min(50_000, rows - start)
            time_stamp = 30423338.25 + 5.0 * (start + np.arange(count))
            temperature = 2.0 + 3e-4 * generator.standard_normal(count)
            field = 1e4 * np.sin(2e-4 * (start + np.arange(count)))
            first = 0.4665 + 1e-3 * generator.standard_normal(count)
            second = 0.2242 + 1e-3 * generator.standard_normal(count)
            spread = np.abs(1e-2 * generator.standard_normal((2, count)))
            stream.writelines(
                f",{t:.2f},4385,{k:.15g},{h:.14g},0,{a:.15f},19.9799995422363,{b:.15f},"
                f"19.9799995422363,,,,,{da:.16f},{db:.16f},,,25,{a:.15f},{b:.15f}"
                + "," * (len(LABELS) - 21)
                + "\n"
                for t, k, h, a, b, da, db in zip(
                    time_stamp, temperature, field, first, second, *spread, strict=True
                )
            )


def run(code: str, ending: str, file: Path, kept: list[str], small: Path) -> float:
    answer = subprocess.run(
        [sys.executable, "-c", code + ending, str(file), json.dumps(kept), str(small)],
        check=True,
        capture_output=True,
        text=True,
    )
    return float(answer.stdout.split()[0])


def main() -> None:
    parser = arguments(__doc__.strip().splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--pairs", type=int, default=5, help="how often each of the two reads it")
    given = parser.parse_args()
    from papilio.readers import read

    with tempfile.TemporaryDirectory() as folder:
        file, small = Path(folder) / "large.dat", Path(folder) / "small.dat"
        write_file(file, given.rows)
        write_file(small, 1000)
        read_small = read(small)
        kept = [
            label
            for label in LABELS
            if any(label == str(read_small[name].attrs.get("original_name")) for name in read_small)
        ]
        times: list[tuple[float, float]] = []
        memory: list[tuple[float, float]] = []
        started = time.perf_counter()
        for _ in range(given.pairs):
            ours, theirs = (run(code, TIME, file, kept, small) for code in (PAPILIO, PANDAS))
            times.append((ours, theirs))
        for _ in range(min(given.pairs, 3)):
            ours, theirs = (run(code, MEMORY, file, kept, small) for code in (PAPILIO, PANDAS))
            memory.append((ours, theirs))
        details = {
            "rows": given.rows,
            "columns_in_file": len(LABELS),
            "columns_kept": len(kept),
            "file_MiB": round(file.stat().st_size / 2**20, 1),
            "seconds_papilio": round(statistics.median(pair[0] for pair in times), 3),
            "seconds_pandas": round(statistics.median(pair[1] for pair in times), 3),
            "MiB_papilio": round(statistics.median(pair[0] for pair in memory) / 2**20, 1),
            "MiB_pandas": round(statistics.median(pair[1] for pair in memory) / 2**20, 1),
            "pairs": given.pairs,
            "seconds_in_all": round(time.perf_counter() - started, 1),
        }
    figures: dict[str, float | None] = {
        "time_ratio_pandas": statistics.median(ours / theirs for ours, theirs in times),
        "memory_ratio_pandas": statistics.median(ours / theirs for ours, theirs in memory),
    }
    meaning = {
        "time_ratio_pandas": "papilio.read over pandas.read_csv, wall clock (target: at most 1.5)",
        "memory_ratio_pandas": "the same, peak less what the imports take (target: at most 2)",
    }
    show(figures, as_json=given.json, meaning=meaning, details=details)


if __name__ == "__main__":
    main()
