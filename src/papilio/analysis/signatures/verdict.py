"""What a detector says: present, absent or undecided, how surely, and of which mechanism."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from papilio.result import Quantity, Result

#: Standard deviations of a two-sided test at 5 %: each side is passed by chance in 2.5 %.
TWO_SIDED = 1.959964
#: Standard deviations between a value and its one-sided 95 % limit.
LIMIT = 1.644854


@dataclass(frozen=True)
class Verdict:
    """
    Decision of a detector.

    Attributes
    ----------
    value : {1, 0} or None
        Present, absent, undecided.
    significance : float or None
        Standard deviations by which the opposite is excluded; of an undecided one, by which absence
        is. None where nothing could be tested.
    reason : str
        One clause.
    """

    value: int | None
    significance: float | None
    reason: str


def decide(
    present: Sequence[tuple[float, str]],
    absent: Sequence[tuple[float, str]],
    threshold: float = TWO_SIDED,
) -> Verdict:
    """
    Present if all tests for it pass, else absent if any test against it does, else undecided.

    All of several tests must pass for presence, so that its false-alarm probability is at most that
    of one test (intersection-union; Berger, doi:10.1080/00401706.1982.10487790).

    Parameters
    ----------
    present : sequence of (float, str)
        Standard deviations of each test whose passing speaks for the signature, and what it says.
    absent : sequence of (float, str)
        Likewise of each test that excludes it by itself.
    threshold : float, optional
        Standard deviations from which a test passes.

    Returns
    -------
    Verdict
        With the weakest test for presence, or the strongest against it.
    """
    weakest, doubt = min(present) if present else (float("nan"), "nothing could be tested")
    if present and weakest > threshold:
        return Verdict(1, weakest, "; ".join(what for _, what in present))
    strongest, denial = max(absent) if absent else (float("nan"), "")
    if absent and strongest > threshold:
        return Verdict(0, strongest, f"not so: {denial}")
    return Verdict(
        None,
        weakest if np.isfinite(weakest) else None,
        f"undecided: not shown that {doubt}, nor excluded at the size that would matter",
    )


def undecided(reason: str) -> Verdict:
    """
    A verdict where the data do not allow a test.

    Parameters
    ----------
    reason : str
        What is missing.

    Returns
    -------
    Verdict
        Without a significance.
    """
    return Verdict(None, None, f"undecided: {reason}")


def origin(data: Sequence[xr.Dataset], name: str) -> tuple[str | None, str]:
    """
    Mechanism behind the data, and whether the signature was put into them.

    Parameters
    ----------
    data : sequence of xarray.Dataset
        What the detector looked at; attributes ``mechanism``, ``planted``, ``truth`` and, of a
        table of answers, ``with_truth`` are read.
    name : str
        Of the signature.

    Returns
    -------
    mechanism : str or None
        As the attribute says; joined by commas where the data differ.
    flag : {"planted", "emergent", "measured"}
        Planted where ``planted`` (names separated by commas) holds the name, or where ``planted``
        is absent and a twin tells its ``truth``; measured where no part is synthetic.
    """
    mechanisms = dict.fromkeys(str(d.attrs["mechanism"]) for d in data if d.attrs.get("mechanism"))
    if not any(int(d.attrs["synthetic"]) for d in data):
        return ", ".join(mechanisms) or None, "measured"
    planted = False
    for dataset in data:
        if "planted" in dataset.attrs:
            named = {part.strip() for part in str(dataset.attrs["planted"]).split(",")}
            planted |= name in named
        else:
            planted |= "truth" in dataset.attrs or "with_truth" in dataset.attrs
    return ", ".join(mechanisms) or None, "planted" if planted else "emergent"


def result(
    name: str,
    verdict: Verdict,
    data: Sequence[xr.Dataset],
    options: Any,
    *,
    curves: Mapping[str, xr.Dataset] | None = None,
    numbers: Sequence[Quantity] = (),
    method: str = "",
    flags: Sequence[str] = (),
    references: Sequence[str] = (),
) -> Result:
    """
    The Result of a detector.

    Parameters
    ----------
    name : str
        Of the signature.
    verdict : Verdict
        The decision.
    data : sequence of xarray.Dataset
        What was looked at.
    options : object
        Its Options.
    curves : mapping of str to xarray.Dataset, optional
        For a figure.
    numbers : sequence of Quantity, optional
        Further numbers; they get the condition ``mechanism`` too.
    method : str, optional
        The rule, in a few words.
    flags, references : sequence of str, optional
        Of the whole answer.

    Returns
    -------
    Result
        ``signature.<name>`` (1, 0 or None) and ``signature.<name>_significance``, with the
        condition ``mechanism`` where the data name one.
    """
    mechanism, how = origin(data, name)
    conditions: dict[str, float | str] = {} if mechanism is None else {"mechanism": mechanism}
    value = None if verdict.value is None else float(verdict.value)
    significance = verdict.significance
    if significance is not None and not np.isfinite(significance):
        significance = None
    own = (how, verdict.reason)
    quantities = [
        Quantity(f"signature.{name}", value, "", None, None, None, conditions, method, own),
        Quantity(
            f"signature.{name}_significance",
            significance,
            "",
            None if significance is None else 1.0,
            conditions=conditions,
            method="standard deviations by which the opposite is excluded",
            flags=own[1:],
        ),
    ]
    quantities += [
        dataclasses.replace(number, conditions={**number.conditions, **conditions})
        for number in numbers
    ]
    return Result(
        f"signature.{name}",
        tuple(quantities),
        curves={key: _told(curve, verdict) for key, curve in (curves or {}).items()},
        options=dataclasses.asdict(options),
        sources=tuple(dict.fromkeys(str(d.attrs["source"]) for d in data)),
        synthetic=any(bool(int(d.attrs["synthetic"])) for d in data),
        flags=tuple(dict.fromkeys(flags)),
        references=tuple(references),
    )


def _told(curve: xr.Dataset, verdict: Verdict) -> xr.Dataset:
    """A curve that knows the decision, for its figure."""
    word = {1: "1", 0: "0", None: "?"}[verdict.value]
    return curve.assign_attrs(decision=word, reason=verdict.reason)
