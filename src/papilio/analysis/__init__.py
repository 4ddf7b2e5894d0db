"""Dataset in, Result out, one file for each physical question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from papilio.analysis import signatures
from papilio.analysis.angular import AngularOptions, angular
from papilio.analysis.anisotropy import AnisotropyOptions, anisotropy
from papilio.analysis.bkt import BktOptions, bkt
from papilio.analysis.butterfly import ButterflyOptions, butterfly
from papilio.analysis.butterfly_series import ButterflySeriesOptions, butterfly_series
from papilio.analysis.critical_current import CriticalCurrentOptions, critical_current
from papilio.analysis.critical_field import CriticalFieldOptions, critical_field
from papilio.analysis.fluctuations import FluctuationsOptions, fluctuations
from papilio.analysis.gate import GateOptions, gate
from papilio.analysis.hall import HallOptions, hall
from papilio.analysis.magnetisation import MagnetisationOptions, magnetisation
from papilio.analysis.phase_slips import PhaseSlipsOptions, phase_slips
from papilio.analysis.scaling import ScalingOptions, scaling
from papilio.analysis.spin_orbit import SpinOrbitOptions, spin_orbit
from papilio.analysis.transition import TransitionOptions, transition
from papilio.analysis.xps import XpsOptions, xps
from papilio.result import Result

__all__ = [
    "ANALYSES",
    "Analysis",
    "AngularOptions",
    "AnisotropyOptions",
    "BktOptions",
    "ButterflyOptions",
    "ButterflySeriesOptions",
    "CriticalCurrentOptions",
    "CriticalFieldOptions",
    "FluctuationsOptions",
    "GateOptions",
    "HallOptions",
    "MagnetisationOptions",
    "PhaseSlipsOptions",
    "ScalingOptions",
    "SpinOrbitOptions",
    "TransitionOptions",
    "XpsOptions",
    "angular",
    "anisotropy",
    "bkt",
    "butterfly",
    "butterfly_series",
    "critical_current",
    "critical_field",
    "fluctuations",
    "gate",
    "hall",
    "magnetisation",
    "phase_slips",
    "scaling",
    "spin_orbit",
    "transition",
    "xps",
]


@dataclass(frozen=True)
class Analysis:
    """
    A physical question that a study can ask.

    Attributes
    ----------
    function : callable
        Takes one Dataset for each role and ``options``, returns a Result.
    options : type
        Its frozen Options.
    roles : tuple of str
        Roles that Datasets must be given for.
    optional_roles : tuple of str
        Roles that may stay empty.
    any_of : bool
        True when one of the optional roles must be given.
    """

    function: Callable[..., Result]
    options: type
    roles: tuple[str, ...]
    optional_roles: tuple[str, ...] = ()
    any_of: bool = False


#: Name in a study -> what answers it.
ANALYSES: dict[str, Analysis] = {
    "transition": Analysis(transition, TransitionOptions, ("data",)),
    "hall": Analysis(hall, HallOptions, ("data",), ("longitudinal",)),
    "critical_field": Analysis(
        critical_field, CriticalFieldOptions, (), ("perpendicular", "parallel"), any_of=True
    ),
    "butterfly": Analysis(butterfly, ButterflyOptions, ("data",)),
    "magnetisation": Analysis(magnetisation, MagnetisationOptions, ("data",)),
    "scaling": Analysis(scaling, ScalingOptions, ("data",)),
    "spin_orbit": Analysis(spin_orbit, SpinOrbitOptions, ("parallel",), ("perpendicular",)),
    "bkt": Analysis(bkt, BktOptions, (), ("current_voltage", "resistance"), any_of=True),
    "xps": Analysis(xps, XpsOptions, ("data",)),
    "critical_current": Analysis(critical_current, CriticalCurrentOptions, ("data",)),
    "phase_slips": Analysis(phase_slips, PhaseSlipsOptions, ("data",), ("delta",)),
    "anisotropy": Analysis(anisotropy, AnisotropyOptions, ("first", "second")),
    "angular": Analysis(angular, AngularOptions, ("data",)),
    "fluctuations": Analysis(fluctuations, FluctuationsOptions, ("data",)),
    "gate": Analysis(gate, GateOptions, ("data",)),
    "butterfly_series": Analysis(
        butterfly_series, ButterflySeriesOptions, ("data",), ("out_of_plane",)
    ),
    "signature.transition_linear_in_density": Analysis(
        signatures.transition_linear_in_density, signatures.LinearOptions, ("data",)
    ),
    "signature.exponent_through_three": Analysis(
        signatures.exponent_through_three,
        signatures.ExponentOptions,
        ("current_voltage", "resistance"),
    ),
    "signature.two_dimensional_fields": Analysis(
        signatures.two_dimensional_fields, signatures.FieldsOptions, ("perpendicular", "parallel")
    ),
    "signature.peaks_on_reversing_branch": Analysis(
        signatures.peaks_on_reversing_branch, signatures.LoopOptions, ("data",)
    ),
    "signature.no_loop_out_of_plane": Analysis(
        signatures.no_loop_out_of_plane, signatures.LoopOptions, ("data",), ("in_plane",)
    ),
    "signature.loop_along_and_across_current": Analysis(
        signatures.loop_along_and_across_current, signatures.LoopOptions, ("along", "across")
    ),
    "signature.maximum_near_zero_resistance": Analysis(
        signatures.maximum_near_zero_resistance,
        signatures.MaximumOptions,
        ("data",),
        ("cooldown",),
    ),
    "signature.faster_than_linear_in_rate": Analysis(
        signatures.faster_than_linear_in_rate, signatures.RateOptions, ("data",)
    ),
    "signature.density_window": Analysis(
        signatures.density_window, signatures.WindowOptions, ("data",)
    ),
    "signature.falls_on_depletion": Analysis(
        signatures.falls_on_depletion, signatures.DepletionOptions, ("data",)
    ),
    "signature.width_grows_with_density": Analysis(
        signatures.width_grows_with_density, signatures.WidthOptions, ("data",)
    ),
}
