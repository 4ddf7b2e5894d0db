"""Damaged copies of real files, each told by one number."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

Mutation = Callable[[bytes, np.random.Generator], bytes]

RUBBISH = [b"1e300", b"-1e300", b"inf", b"-INF", b"1e999", b"nan", b"1e-400", b"-1", b"9" * 400]
RUBBISH += [b"", b" ", b"0x10", b"1,5", b"1_0", b"--1", b"1e", b"=1+1", b"\xb5\xff", b"\x00", b'"']
RUBBISH += [
    b"#REF!",
    b"True",
    b"1.#QNAN",
    b"1d5",
    b"+-3",
    b"Infinity",
    b"e5",
    b"99999999999999999999",
]
UNITS = [b"(9**9**9**9)", b"(K)", b"(ohm", b"()", b"[T]", b"(\xb5A)", b"(kg m^2 s^-3)", b"((T))"]
SEPARATORS = b",;\t |:"


def _place(content: bytes, random: np.random.Generator) -> int:
    return int(random.integers(0, len(content) + 1))


def truncate(content: bytes, random: np.random.Generator) -> bytes:
    return content[: _place(content, random)]


def behead(content: bytes, random: np.random.Generator) -> bytes:
    return content[_place(content[:5000], random) :]


def swap_separators(content: bytes, random: np.random.Generator) -> bytes:
    old, new = random.choice(list(SEPARATORS), 2)
    first, last = sorted((_place(content, random), _place(content, random)))
    if random.random() < 0.5:
        first, last = 0, len(content)
    part = content[first:last].replace(bytes([old]), bytes([new]))
    return content[:first] + part + content[last:]


def sow(content: bytes, random: np.random.Generator) -> bytes:
    """NUL and other bytes where none belong."""
    kinds = (b"\0", b'"', b"\r", b"\xff", b"\n", b"\x1a", b",", b"\xc3", b"\x0c", b"\xe2\x80\xa8")
    seed = kinds[random.integers(len(kinds))]
    for _ in range(int(random.integers(1, 20))):
        place = _place(content, random)
        content = content[:place] + seed * int(random.integers(1, 4)) + content[place:]
    return content


def flip(content: bytes, random: np.random.Generator) -> bytes:
    changed = bytearray(content)
    for _ in range(int(random.integers(1, 50))):
        if changed:
            changed[random.integers(len(changed))] = random.integers(256)
    return bytes(changed)


def swell(content: bytes, random: np.random.Generator) -> bytes:
    """A huge field."""
    letter = (b"9", b"x", b",", b"\t", b" ", b"\0", b"1e")[random.integers(7)]
    place = _place(content, random)
    return content[:place] + letter * int(10 ** random.uniform(2, 6.3)) + content[place:]


def recode(content: bytes, random: np.random.Generator) -> bytes:
    text = content.decode("latin-1")
    coding = ("utf-16", "utf-16-le", "utf-8", "utf-8-sig", "utf-32", "cp037")[random.integers(6)]
    return text.encode(coding, "replace")


def absurd(content: bytes, random: np.random.Generator) -> bytes:
    """Numbers that are none, or that no instrument measures."""
    lines = content.split(b"\n")
    for _ in range(int(random.integers(1, 30))):
        row = int(random.integers(len(lines)))
        mark = b"\t" if b"\t" in lines[row] else b","
        fields = lines[row].split(mark)
        fields[random.integers(len(fields))] = RUBBISH[random.integers(len(RUBBISH))]
        lines[row] = mark.join(fields)
    return b"\n".join(lines)


def relabel(content: bytes, random: np.random.Generator) -> bytes:
    """Rubbish in the first lines, where units and names stand."""
    lines = content.split(b"\n")
    for _ in range(3):
        row = int(random.integers(min(len(lines), 60)))
        words = [
            *UNITS,
            *RUBBISH,
            b"[Header]",
            b"[Data]",
            b"BYAPP,MPMS3",
            b"INFO,,,",
            b"row",
            b"_std",
        ]
        place = _place(lines[row], random)
        lines[row] = lines[row][:place] + words[random.integers(len(words))] + lines[row][place:]
    return b"\n".join(lines)


def repeat_header(content: bytes, random: np.random.Generator) -> bytes:
    lines = content.split(b"\n")
    head = lines[: int(random.integers(1, 60))]
    place = int(random.integers(len(lines) + 1))
    return b"\n".join(lines[:place] + head + lines[place:])


def drop_lines(content: bytes, random: np.random.Generator) -> bytes:
    lines = content.split(b"\n")
    first = int(random.integers(min(len(lines), 80)))
    if random.random() < 0.5:
        del lines[first : first + int(random.integers(1, 40))]
    else:
        lines = [line for line in lines if random.random() > 0.3]
    return b"\n".join(lines)


def shuffle(content: bytes, random: np.random.Generator) -> bytes:
    lines = content.split(b"\n")
    random.shuffle(lines)  # type: ignore[arg-type]
    return b"\n".join(lines)


def widen(content: bytes, random: np.random.Generator) -> bytes:
    """Many columns."""
    lines = content.split(b"\n")
    row = int(random.integers(min(len(lines), 60)))
    lines[row] = lines[row] + b",\tMap 1 ()"[random.integers(2) :] * int(10 ** random.uniform(1, 4))
    return b"\n".join(lines)


def end_lines(content: bytes, random: np.random.Generator) -> bytes:
    return content.replace(
        b"\n", (b"\r", b"\r\n", b"\r\r\n", b"\n\n", b"", b"\0")[random.integers(6)]
    )


def decimal_commas(content: bytes, random: np.random.Generator) -> bytes:
    return content.replace(b".", b",")


TEXT: tuple[Mutation, ...] = (
    truncate, behead, swap_separators, sow, flip, swell, recode, absurd, relabel, repeat_header,
    drop_lines, shuffle, widen, end_lines, decimal_commas,
)  # fmt: skip
BINARY: tuple[Mutation, ...] = (truncate, flip, sow, flip, behead)


def mutant(seed: int, files: list[Path]) -> tuple[str, bytes]:
    """A description and the content of the damaged file with this number."""
    random = np.random.default_rng(seed)
    sizes = np.array([path.stat().st_size for path in files], float)
    weights = 1 / (sizes + 2e4)  # small files more often: they are as good and cost less
    path = files[random.choice(len(files), p=weights / weights.sum())]
    content = path.read_bytes()
    binary = path.suffix in (".db", ".nc")
    kinds = BINARY if binary else TEXT
    chosen = [kinds[place] for place in random.integers(len(kinds), size=random.integers(1, 4))]
    for change in chosen:
        content = change(content, random)
    return f"{path.name}: {', '.join(change.__name__ for change in chosen)}", content
