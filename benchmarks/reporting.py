"""What every benchmark prints: a table for people, or with --json one object and nothing else."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shlex
import sys
from pathlib import Path


def arguments(description: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--json", action="store_true", help="print one JSON object, nothing else")
    return parser


def machine() -> dict[str, object]:
    """What the figures were measured on."""
    import numpy

    return {
        "system": platform.system(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_GiB": _memory(),
        "python": platform.python_version(),
        "numpy": numpy.__version__,
    }


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    if information.is_file():
        for line in information.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _memory() -> float | None:
    if not hasattr(os, "sysconf"):
        return None
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1)


def show(
    figures: dict[str, float | None],
    *,
    as_json: bool,
    meaning: dict[str, str] | None = None,
    details: dict[str, object] | None = None,
) -> None:
    """Print the figures; `meaning` explains them to people, `details` is what they rest on."""
    if as_json:
        command = shlex.join(["python", *sys.argv])
        print(
            json.dumps(
                {
                    "figures": figures,
                    "machine": machine(),
                    "command": command,
                    **({"details": details} if details else {}),
                }
            )
        )
        return
    width = max(len(name) for name in figures)
    for name, value in figures.items():
        shown = "none" if value is None else f"{value:.4g}"
        print(f"{name:{width}}  {shown:>10}  {(meaning or {}).get(name, '')}")
    for name, detail in (details or {}).items():
        print(f"{name}: {detail}")
    print("machine: " + ", ".join(f"{name} {value}" for name, value in machine().items()))
