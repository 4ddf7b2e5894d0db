"""Arrays in the .npy format, read without evaluating anything that stands in them."""

from __future__ import annotations

import math
import re

import numpy as np
from numpy.typing import NDArray

_HEADER = re.compile(
    r"\{'descr': '([<>|=]?[fiub][1248]|[<>|=]?f16)', 'fortran_order': (True|False), "
    r"'shape': \(([0-9, ]{0,80})\),? *\}\s*"
)
_LONGEST_HEADER = 1024


def numbers(blob: bytes) -> NDArray[np.float64] | None:
    """
    The numbers of a saved array, flat, in the order of its indices.

    Parameters
    ----------
    blob : bytes
        What ``numpy.save`` wrote.

    Returns
    -------
    ndarray, shape (point,), or None
        None for anything but a plain array of real numbers of just the size it claims.
    """
    if not blob.startswith(b"\x93NUMPY") or len(blob) < 12:
        return None
    width = 2 if blob[6] == 1 else 4
    start = 8 + width
    length = int.from_bytes(blob[8:start], "little")
    if blob[6] not in (1, 2, 3) or length > _LONGEST_HEADER:
        return None
    header = _HEADER.fullmatch(blob[start : start + length].decode("latin-1"))
    if header is None:
        return None
    kind = np.dtype(header[1])
    shape = [int(part) for part in header[3].replace(" ", "").split(",") if part]
    content = blob[start + length :]
    if math.prod(shape) * kind.itemsize != len(content) or len(shape) > 16:
        return None
    array = np.frombuffer(content, kind).reshape(shape, order="F" if header[2] == "True" else "C")
    with np.errstate(invalid="ignore", over="ignore"):  # a signalling NaN is but a NaN here
        return array.astype(float).ravel()
