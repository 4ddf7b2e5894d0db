"""
Each detector on samples with and without its signature, in small numbers.

`benchmarks/signatures.py` does the same with four hundred of each kind; docs/signatures.md has its
figures. Of n samples here, at most so many may go wrong that a detector just meeting its 5 % would
fail one kind in a thousand.
"""

import sys
from pathlib import Path

import pytest
from scipy import stats

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))
from signatures import CASES, count, has_it

#: Samples of each kind; loops and current-voltage curves take a tenth of a second each.
MANY, FEW = 60, 8
SLOW = ("exponent_through_three", "peaks_on_reversing_branch", "no_loop_out_of_plane")
SLOW = (*SLOW, "loop_along_and_across_current")
KINDS = [(name, kind) for name, kinds in CASES.items() for kind in kinds]


def wrong(name, kind, samples, seed):
    found = count(name, kind, samples, seed)
    return samples - found["1"] if has_it(kind) else found["1"]


@pytest.mark.parametrize(("name", "kind"), KINDS)
def test_each_kind_comes_out_as_it_should(name, kind):
    samples = FEW if name in SLOW else MANY
    assert wrong(name, kind, samples, seed=11) <= stats.binom.isf(1e-3, samples, 0.05)


@pytest.mark.validate
@pytest.mark.parametrize(("name", "kind"), KINDS)
def test_each_kind_in_larger_numbers(name, kind):
    assert wrong(name, kind, 200, seed=12) <= stats.binom.isf(1e-3, 200, 0.05)
