"""
Detectors of the eleven signatures: each says 1, 0 or undecided, how surely, of which mechanism.

Every rule is a test whose chance of a wrong 1 is at most 5 % by construction; docs/signatures.md
lists them with what was measured.
"""

from __future__ import annotations

from papilio.analysis.signatures.density_series import (
    LinearOptions,
    WidthOptions,
    transition_linear_in_density,
    width_grows_with_density,
)
from papilio.analysis.signatures.loop_signatures import (
    LoopOptions,
    loop_along_and_across_current,
    no_loop_out_of_plane,
    peaks_on_reversing_branch,
)
from papilio.analysis.signatures.maximum import MaximumOptions, maximum_near_zero_resistance
from papilio.analysis.signatures.peak_series import (
    DepletionOptions,
    RateOptions,
    WindowOptions,
    density_window,
    falls_on_depletion,
    faster_than_linear_in_rate,
)
from papilio.analysis.signatures.two_dimensional import (
    ExponentOptions,
    FieldsOptions,
    exponent_through_three,
    two_dimensional_fields,
)

#: Names of the signatures, in the order in which they are numbered.
SIGNATURES = (
    "transition_linear_in_density",
    "exponent_through_three",
    "two_dimensional_fields",
    "peaks_on_reversing_branch",
    "no_loop_out_of_plane",
    "loop_along_and_across_current",
    "maximum_near_zero_resistance",
    "faster_than_linear_in_rate",
    "density_window",
    "falls_on_depletion",
    "width_grows_with_density",
)

__all__ = [
    "SIGNATURES",
    "DepletionOptions",
    "ExponentOptions",
    "FieldsOptions",
    "LinearOptions",
    "LoopOptions",
    "MaximumOptions",
    "RateOptions",
    "WidthOptions",
    "WindowOptions",
    "density_window",
    "exponent_through_three",
    "falls_on_depletion",
    "faster_than_linear_in_rate",
    "loop_along_and_across_current",
    "maximum_near_zero_resistance",
    "no_loop_out_of_plane",
    "peaks_on_reversing_branch",
    "transition_linear_in_density",
    "two_dimensional_fields",
    "width_grows_with_density",
]
