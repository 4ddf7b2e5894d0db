"""Print the table mechanism x signature of a run as Markdown: `signature_table.py results.json`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from papilio.analysis.signatures import SIGNATURES

Row = dict[str, Any]
#: Heights of loops that the paper states: heading, its number, temperature, rate in T/min, density.
PAPER = (
    ("0.5 K, 3.8e17", "814.9", 0.5, 0.10, "n38"),
    ("0.05 K, 3.8e17", "9.7", 0.05, 0.10, "n38"),
    ("0.02 T/min, 4.3e17", "0.4", 0.05, 0.02, "n43"),
    ("0.10 T/min, 4.3e17", "19.6", 0.05, 0.10, "n43"),
)


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", type=Path, help="results.json of a study")
    rows = json.loads(parser.parse_args().results.read_text("utf-8"))["results"]
    print(table(rows))
    print()
    print(heights(rows))


def table(rows: list[Row]) -> str:
    """
    Answers of the detectors, one line a mechanism.

    Parameters
    ----------
    rows : list of dict
        As results.json holds them.

    Returns
    -------
    str
        Markdown; several loops give several answers.
    """
    lines = ["| mechanism | " + " | ".join(str(n) for n in range(1, len(SIGNATURES) + 1)) + " |"]
    lines.append("|---" * (len(SIGNATURES) + 1) + "|")
    for mechanism in _mechanisms(rows):
        cells = [
            "/".join(dict.fromkeys(_sign(row) for row in _of(rows, mechanism, name))) or " "
            for name in (f"signature.{signature}" for signature in SIGNATURES)
        ]
        lines.append(f"| {mechanism} | {' | '.join(cells)} |")
    return "\n".join(lines)


def heights(rows: list[Row]) -> str:
    """
    Heights of the loops beside the paper's, ohm.

    Parameters
    ----------
    rows : list of dict
        As results.json holds them.

    Returns
    -------
    str
        Markdown.
    """
    lines = ["| mechanism | " + " | ".join(heading for heading, *_ in PAPER) + " |"]
    lines.append("|---" * (len(PAPER) + 1) + "|")
    lines.append("| paper | " + " | ".join(number for _, number, *_ in PAPER) + " |")
    for mechanism in _mechanisms(rows):
        cells = []
        for *_, temperature, rate, density in PAPER:
            found = [
                row
                for row in _of(rows, mechanism, "signature.loop_height")
                if row["sample"].endswith(density)
                and abs(row["conditions"].get("temperature", 0) / temperature - 1) < 0.05
                and abs(row["conditions"].get("sweep_rate", 0) * 60 / rate - 1) < 0.05
            ]
            cells.append("; ".join(dict.fromkeys(map(_height, found))))
        lines.append(f"| {mechanism} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _mechanisms(rows: list[Row]) -> list[str]:
    told = [row["conditions"].get("mechanism") for row in rows if "signature." in row["quantity"]]
    return list(dict.fromkeys(name for name in told if name))


def _of(rows: list[Row], mechanism: str, quantity: str) -> list[Row]:
    return [
        row
        for row in rows
        if row["quantity"] == quantity and row["conditions"].get("mechanism") == mechanism
    ]


def _sign(row: Row) -> str:
    sign = "?" if row["value"] is None else f"{row['value']:.0f}"
    return f"{sign} planted" if "planted" in row["flags"] else sign


def _height(row: Row) -> str:
    if row["value"] is None:
        return "none"
    number = f"{row['value']:.3g}"
    if row["limit"] == "upper":
        return f"< {number}"
    return number if row["std"] is None else f"{number} ± {row['std']:.1g}"


if __name__ == "__main__":
    main()
