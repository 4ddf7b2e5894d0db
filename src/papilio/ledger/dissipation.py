"""Checks of what dissipates: phase slips, flux, heat, and the current that measures them."""

from __future__ import annotations

from papilio.constants import BOLTZMANN, FLUX_QUANTUM
from papilio.ledger.facts import Cooldown, Facts
from papilio.ledger.finding import Verdict, finding, graded, graded_factor, told, value_of
from papilio.physics.dirty_limit import strip_barrier
from papilio.physics.flux_and_heat import (
    edge_flux,
    junction_critical_current,
    phase_slip_rate,
    reversal_heat,
    thermal_conductance_quantum,
)
from papilio.physics.phase_slips import thermal_resistance
from papilio.result import Quantity

#: Forms of the prefactor of Eq. (3) differ by less than this; a fit of it by much more is another.
PREFACTOR = 10.0
#: kB T_BKT over E_J of the square lattice.
VORTICES_UNBIND = 0.8929
#: Channels of heat that even a poor link of a bar to its substrate has.
CHANNELS = 100.0


def literal_phase_slips(facts: Facts) -> Quantity | None:
    """
    Resistance of the bar by Eq. (3) as printed, at half T_C^zero, against the measured one.

    Parameters are those of the published fit where the study quotes one, else of our own.
    """
    barrier, Tc = _slip_parameters(facts)
    xi = facts.find("critical_field.xi_GL")
    if barrier is None or Tc is None or xi is None or facts.length is None or not facts.cooldowns:
        return None
    at = value_of(Tc) / 2
    arguments = value_of(Tc), value_of(barrier), facts.length, value_of(xi)
    literal = float(thermal_resistance(at, *arguments))
    measured = facts.cooldowns[0].at(at)
    if measured is None:
        return None
    data, error = (part * facts.squares for part in measured)
    verdict: Verdict = "consistent"
    if abs(literal - data) > 3 * error:
        times = literal / data if data > 3 * error else literal / (3 * error)
        verdict = graded_factor(times, 3.0, PREFACTOR)
    return finding(
        literal,
        "ohm",
        verdict,
        f"Eq. (3) as printed, with Delta F(0) = {told(barrier)} and T_C^zero = {told(Tc)}, gives "
        f"the bar {told(literal, 'ohm')} ({told(literal / facts.squares, 'ohm')} per square) at "
        f"{at:.2g} K where {told(data, 'ohm', error)} is measured",
        conditions={"temperature": at},
        method="literal prefactor, length of the bar",
    )


def phase_slip_width(facts: Facts) -> Quantity | None:
    """
    Width of the strip whose LAMH barrier is the fitted one.

    A phase slip of the whole bar has a barrier proportional to its width.
    """
    barrier, _ = _slip_parameters(facts)
    Tc, normal = facts.find("transition.Tc"), facts.find("transition.R_normal")
    xi = facts.find("critical_field.xi_GL")
    if barrier is None or Tc is None or normal is None or xi is None or facts.width is None:
        return None
    whole = strip_barrier(value_of(Tc), value_of(normal), facts.width, value_of(xi))
    width = facts.width * value_of(barrier) / whole
    times = facts.width / width
    return finding(
        width,
        "m",
        graded_factor(times, 3.0, 10.0),
        f"Delta F(0)/k_B = {value_of(barrier) / BOLTZMANN:.3g} K is fitted where a phase slip of "
        f"the whole width of {told(facts.width, 'm')} costs {whole / BOLTZMANN:.3g} K: the "
        f"effective width is {told(width, 'm')}",
        std=width * barrier.std / value_of(barrier) if barrier.std else None,
        method="0.83 kB Tc (R_Q/R_S)(w/xi) set equal to Delta F(0)",
    )


def flux_budget(facts: Facts) -> Quantity | None:
    """
    Phase slips during the peak over the flux quanta that the magnet's reversal moves.

    Domain walls that carry flux across the bar one to one could give at most one.
    """
    delta, moment = _delta(facts), facts.areal_moment
    if delta is None or moment is None or facts.length is None:
        return None
    if facts.excitation_current is None or facts.width is None:
        return None
    seconds = _duration(facts, delta)
    voltage = value_of(delta) * facts.squares * facts.excitation_current
    rate = phase_slip_rate(voltage)
    quanta = edge_flux(moment[0], facts.length) / FLUX_QUANTUM
    slips = rate * (seconds or 1.0)
    lasts = f"in the {seconds:.2g} s of the peak" if seconds else "in each second"
    return finding(
        slips / quanta,
        "",
        graded(slips / quanta, 1.0, 10.0),
        f"{told(voltage, 'V')} along the bar are {rate:.2g} phase slips per second, {slips:.2g} "
        f"{lasts}, while the edge of the magnet carries {quanta:.2g} Phi_0 "
        f"({told(moment[0], 'A')} {moment[1]})",
        conditions=delta.conditions,
        method="slips V t/Phi_0 over flux mu0 m L/Phi_0",
    )


def heating(facts: Facts) -> Quantity | None:
    """
    Temperature that R(T) would need to explain Delta R, and the link that the current's heat needs.

    A link weaker than one quantum channel of heat does not exist in a bar on a substrate.
    """
    delta = _delta(facts)
    needed = None if delta is None else _needed(facts, delta)
    if delta is None or needed is None or facts.excitation_current is None:
        return None
    start, end = needed
    power = facts.excitation_current**2 * value_of(delta) * facts.squares
    return finding(
        end,
        "K",
        _link_verdict(power, start, end),
        f"Delta R = {told(delta)} would need {end:.3g} K at {start:.3g} K; the current gives "
        f"{told(power, 'W')}, enough only for a link to the bath below "
        f"{_channels(power, start, end):.2g} quantum channels of heat",
        conditions=delta.conditions,
        method="R(T) of the cool-down inverted; P = I^2 Delta R",
    )


def reversal_heating(facts: Facts) -> Quantity | None:
    """Heat of one reversal of the magnet in the bar, spread over the peak."""
    delta, moment = _delta(facts), facts.areal_moment
    field = None if delta is None else facts.find("butterfly.peak_field", at=delta.conditions)
    if delta is None or moment is None or field is None:
        return None
    if facts.length is None or facts.width is None:
        return None
    heat = reversal_heat(moment[0], value_of(field), facts.length * facts.width)
    seconds, needed = _duration(facts, delta), _needed(facts, delta)
    verdict: Verdict = "undecided"
    text = f"one reversal at {told(field)} leaves {told(heat, 'J')} in the bar"
    if seconds is not None:
        text += f", {told(heat / seconds, 'W')} over the {seconds:.2g} s of the peak"
    if seconds is not None and needed is not None:
        verdict = _link_verdict(heat / seconds, *needed)
        text += (
            f", enough for the {needed[1]:.2g} K that R(T) needs only with a link below "
            f"{_channels(heat / seconds, *needed):.2g} quantum channels of heat"
        )
    return finding(
        heat, "J", verdict, text, conditions=delta.conditions, method="2 m B_c times area"
    )


def linear_response(facts: Facts) -> Quantity | None:
    """
    Measuring current over the critical current of the bar, measured or from T_BKT.

    Without a measured one: E_J of a square array at T_BKT, one junction for each xi of width.
    """
    if facts.excitation_current is None:
        return None
    measured = facts.coldest("critical_current.I_c")
    T_BKT, xi = facts.find("bkt.T_BKT_iv"), facts.find("critical_field.xi_GL")
    if facts.outside.critical_current is not None:
        critical, how = facts.outside.critical_current, "as the study states"
    elif measured is not None:
        critical, how = value_of(measured), "measured"
    elif T_BKT is not None and xi is not None and facts.width is not None:
        junction = junction_critical_current(BOLTZMANN * value_of(T_BKT) / VORTICES_UNBIND)
        critical = junction * facts.width / value_of(xi)
        how = f"{told(junction, 'A')} for each xi of the width, from T_BKT"
    else:
        return None
    share = facts.excitation_current / critical
    return finding(
        share,
        "",
        graded(share, 0.1, 1.0),
        f"the measuring current {told(facts.excitation_current, 'A')} is {share:.2g} of the "
        f"critical current {told(critical, 'A')} ({how})",
        method="I/I_c",
    )


def lock_in_lag(facts: Facts) -> Quantity | None:
    """Field swept within one time constant of the lock-in, over the width of the peak."""
    found = [
        (q, width)
        for q in facts.all("butterfly.delta_R") or facts.all("butterfly.height")
        if (width := facts.find("butterfly.width", at=q.conditions)) is not None
    ]
    if not found or facts.time_constant is None:
        return None
    steps = []
    for quantity, width in found:
        rate = quantity.conditions.get("sweep_rate")
        if isinstance(rate, int | float) and value_of(width) > 0:
            steps.append((facts.time_constant * rate / value_of(width), rate, width))
    if not steps:
        return None
    share, rate, width = max(steps, key=lambda step: step[0])
    return finding(
        share,
        "",
        graded(share, 0.1, 0.5),
        f"in one time constant of {told(facts.time_constant, 's')} the field moves "
        f"{told(facts.time_constant * rate, 'T')}, {share:.2g} of the peak's width {told(width)}: "
        f"peaks come late by that much and lower where it is large",
        conditions=width.conditions,
        method="time constant times rate over width",
    )


def phase_slip_prefactor(facts: Facts) -> Quantity | None:
    """Prefactor that a free LAMH fit needs, over the literal one."""
    prefactor = facts.find("phase_slips.prefactor_ratio")
    if prefactor is None or value_of(prefactor) <= 0:
        return None
    return finding(
        prefactor.value,
        "",
        graded_factor(value_of(prefactor), 3.0, PREFACTOR),
        f"the free fit needs {told(prefactor)} of the prefactor that Eq. (3) prints; published "
        f"forms of it differ by factors of order one",
        std=prefactor.std,
        method="fitted over literal prefactor",
    )


def _slip_parameters(facts: Facts) -> tuple[Quantity | None, Quantity | None]:
    """Barrier and T_C^zero of one fit: the published one, or our own."""
    quoted = facts.quoted("phase_slips.dF0"), facts.quoted("phase_slips.Tc_zero")
    if quoted[0] is not None and quoted[1] is not None:
        return quoted[0].quantity(), quoted[1].quantity()
    barrier = facts.find("phase_slips.dF0")
    zeros = facts.all("phase_slips.Tc_zero")
    return barrier, next((q for q in zeros if barrier and q.conditions == barrier.conditions), None)


def _delta(facts: Facts) -> Quantity | None:
    """Resistance of the peak at the lowest temperature, where it stands out of its noise."""
    delta = facts.coldest("butterfly.delta_R") or facts.coldest("butterfly.height")
    if delta is None or value_of(delta) <= 3 * (delta.std or 0.0):
        return None
    return delta


def _duration(facts: Facts, delta: Quantity) -> float | None:
    """Time that the sweep takes over the peak, s."""
    width = facts.find("butterfly.width", at=delta.conditions)
    rate = delta.conditions.get("sweep_rate")
    if width is None or not isinstance(rate, int | float) or rate <= 0:
        return None
    return value_of(width) / rate


def _needed(facts: Facts, delta: Quantity) -> tuple[float, float] | None:
    """Temperature of the loop, and the one at which R(T) is higher by Delta R."""
    start = delta.conditions.get("temperature")
    if not isinstance(start, int | float) or not facts.cooldowns:
        return None
    cooldown: Cooldown = facts.cooldowns[0]
    at_start = cooldown.at(max(float(start), 1.05 * float(cooldown.temperature.min())))
    if at_start is None:
        return None
    end = cooldown.temperature_of(at_start[0] + value_of(delta), float(start))
    return None if end is None or end <= start else (float(start), end)


def _channels(power: float, start: float, end: float) -> float:
    """Thermal link that a power needs for a rise, in quantum channels at the mean temperature."""
    return power / (end - start) / thermal_conductance_quantum((start + end) / 2)


def _link_verdict(power: float, start: float, end: float) -> Verdict:
    channels = _channels(power, start, end)
    if channels < 1:
        return "consistent"
    return "undecided" if channels < CHANNELS else "suspicious"
