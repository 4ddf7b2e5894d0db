"""What holds for every check, whatever its inputs."""

import math
import random
import re
from dataclasses import replace

import pytest

from ledger.samples import paper
from papilio.errors import OptionsError
from papilio.ledger import CHECKS, STUDY_CHECKS, VERDICTS, Facts, OutsideFacts, ledger
from papilio.ledger.finding import by_sigma, graded, graded_factor, ratio, told
from papilio.ledger.table import tally
from papilio.options import from_table
from papilio.result import Quantity, Result


def test_nothing_known_nothing_said():
    assert ledger(Facts("S1")) is None
    assert [check.function([]) for check in STUDY_CHECKS.values()] == [None] * len(STUDY_CHECKS)


def test_a_ledger_is_a_result():
    origin = Result("hall", (), sources=("a.dat",), synthetic=True)
    result = ledger(paper(), [origin, origin])
    assert (result.analysis, result.sources, result.synthetic) == ("ledger", ("a.dat",), True)
    assert len(result.quantities) >= 20
    for quantity in result.quantities:
        verdict, sentence, reference = quantity.flags
        assert quantity.name.removeprefix("ledger.") in CHECKS
        assert verdict in VERDICTS
        assert re.search(r"\d", sentence)
        assert not sentence.endswith(".")
        assert reference == CHECKS[quantity.name.removeprefix("ledger.")].reference
        assert quantity.method


def test_tally_counts_the_worst_first():
    result = ledger(paper())
    said = [quantity.flags[0] for quantity in result.quantities]
    assert tally([result]).startswith(f"{said.count('inconsistent')} inconsistent, ")
    assert sum(map(int, re.findall(r"\d+", tally([result])))) == len(said)


def test_no_check_stumbles_over_odd_numbers():
    odd = random.Random(1)
    values = (0.0, -1.0, 1e-30, 1e30, math.nan, math.inf, None)

    def spoiled(quantity):
        if odd.random() < 0.5:
            return quantity
        std = odd.choice((None, 0.0, math.nan, quantity.std))
        return replace(quantity, value=odd.choice(values), std=std)

    facts, seen = paper(), 0
    for _ in range(200):
        kept = [spoiled(q) for q in facts.quantities if odd.random() < 0.8]
        result = ledger(replace(facts, quantities=tuple(kept)))
        seen += len(result.quantities)
        assert {quantity.flags[0] for quantity in result.quantities} <= set(VERDICTS)
    assert seen > 1000


def test_facts_of_a_study():
    facts = from_table(OutsideFacts, {"cell_moment": "0.504 mu_B", "density_of_states": "7 1/eV"})
    assert (facts.cell_moment, facts.density_of_states) == (0.504, 7.0)
    with pytest.raises(OptionsError, match=r"cell_area: -1\.0 is not above zero"):
        from_table(OutsideFacts, {"cell_area": -1.0})


def test_find_passes_over_what_is_no_measurement():
    where = {"temperature": 2.0}
    facts = Facts(
        "S1",
        (
            Quantity("a.b", None, "K"),
            Quantity("a.b", 1.0, "K", limit="upper"),
            Quantity("a.b", 2.0, "K", conditions={"direction": "up"}),
            Quantity("a.b", 3.0, "K", conditions={"temperature": 1.0}),
            Quantity("a.b", 4.0, "K", conditions=where),
        ),
    )
    assert facts.find("a.b").value == 3.0
    assert facts.find("a.c", "a.b", at={"temperature": 2.001}).value == 4.0
    assert facts.find("a.b", at={"temperature": 9.0}) is None
    assert facts.coldest("a.b").value == 3.0


@pytest.mark.parametrize(
    ("sigma", "verdict"),
    [(None, "undecided"), (-9.0, "consistent"), (2.5, "suspicious"), (3.5, "inconsistent")],
)
def test_verdict_by_sigma(sigma, verdict):
    assert by_sigma(sigma) == verdict


def test_verdict_by_size_and_factor():
    assert [graded(v, 1, 2) for v in (0.5, 1.5, 3.0)] == [
        "consistent",
        "suspicious",
        "inconsistent",
    ]
    assert graded(math.inf, 1, 2) == "undecided"
    assert [graded_factor(v, 2, 4) for v in (0.1, 0.3, 0.9, 3.0, 5.0)] == [
        "inconsistent",
        "suspicious",
        "consistent",
        "suspicious",
        "inconsistent",
    ]
    assert graded_factor(-1.0, 2, 4) == "undecided"


def test_ratio_carries_both_errors():
    assert ratio(Quantity("", 6.0, "m", 0.6), Quantity("", 2.0, "m", 0.2)) == pytest.approx(
        (3.0, 3 * math.hypot(0.1, 0.1))
    )
    assert ratio(Quantity("", 6.0, "m"), Quantity("", 0.0, "m")) == (math.inf, None)


@pytest.mark.parametrize(
    ("value", "unit", "std", "text"),
    [
        (61.63e-9, "m", 0.3e-9, "61.63(30) nm"),
        (61.63e-9, "m", 1e-15, "61.63 nm"),
        (-0.002, "T", 0.0005, "-2.00(50) mT"),
        (5.7e5, "ohm", None, "570 kohm"),
        (0.668, "K", 0.012, "0.668(12) K"),
        (0.0, "V", None, "0 V"),
        (1e-40, "J", None, "1e-40 J"),
        (19.0, "", None, "19"),
    ],
)
def test_numbers_of_a_sentence(value, unit, std, text):
    assert told(value, unit, std) == text
    assert told(Quantity("", value, unit, std)) == text
