"""Options in, Dataset out: synthetic measurements, labelled as such."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import xarray as xr

from papilio.simulate import (
    ferromagnet,
    granular_film,
    josephson_array,
    twin,
    twin_directions,
    twin_options,
    twin_probes,
    twin_series,
    twin_series_options,
    twin_transport,
    twin_transport_options,
    virtual_cryostat,
)


@dataclass(frozen=True)
class Simulation:
    """
    A synthetic measurement that a study can ask for.

    Attributes
    ----------
    function : callable
        Takes an object of type `options`, returns a record.
    options : type
        A frozen dataclass of `papilio.options.option` fields, all with defaults.
    """

    function: Callable[[Any], xr.Dataset]
    options: type


#: Name in a study -> what makes it.
SIMULATIONS: dict[str, Simulation] = {
    "twin.cooldown": Simulation(twin.cooldown, twin_options.CooldownOptions),
    "twin.hall": Simulation(twin.hall, twin_options.HallOptions),
    "twin.perpendicular_field": Simulation(
        twin.perpendicular_field, twin_options.PerpendicularFieldOptions
    ),
    "twin.parallel_field": Simulation(twin.parallel_field, twin_options.ParallelFieldOptions),
    "twin.butterfly": Simulation(twin.butterfly, twin_options.ButterflyOptions),
    "twin.halperin_nelson_cooldown": Simulation(
        twin_transport.halperin_nelson_cooldown,
        twin_transport_options.HalperinNelsonCooldownOptions,
    ),
    "twin.phase_slip_cooldown": Simulation(
        twin_transport.phase_slip_cooldown, twin_transport_options.PhaseSlipCooldownOptions
    ),
    "twin.current_voltage": Simulation(
        twin_transport.current_voltage, twin_transport_options.CurrentVoltageOptions
    ),
    "twin.delta_resistance": Simulation(
        twin_transport.delta_resistance, twin_series_options.DeltaResistanceOptions
    ),
    "twin.butterfly_temperatures": Simulation(
        twin_series.butterfly_temperatures, twin_series_options.ButterflyTemperaturesOptions
    ),
    "twin.butterfly_rates": Simulation(
        twin_series.butterfly_rates, twin_series_options.ButterflyRatesOptions
    ),
    "twin.out_of_plane_loop": Simulation(
        twin_series.out_of_plane_loop, twin_series_options.OutOfPlaneLoopOptions
    ),
    "twin.gated_hall": Simulation(twin_series.gated_hall, twin_series_options.GatedHallOptions),
    "twin.gated_butterfly": Simulation(
        twin_series.gated_butterfly, twin_series_options.GatedButterflyOptions
    ),
    "twin.gated_parallel_field": Simulation(
        twin_series.gated_parallel_field, twin_series_options.GatedParallelFieldOptions
    ),
    "twin.density_table": Simulation(
        twin_series.density_table, twin_series_options.DensityTableOptions
    ),
    "twin.angular_field": Simulation(
        twin_directions.angular_field, twin_series_options.AngularFieldOptions
    ),
    "twin.second_direction_cooldown": Simulation(
        twin_directions.second_direction_cooldown, twin_series_options.SecondDirectionOptions
    ),
    "twin.moment_loop": Simulation(twin_probes.moment_loop, twin_probes.MomentLoopOptions),
    "twin.photoelectrons": Simulation(twin_probes.photoelectrons, twin_probes.PhotoelectronOptions),
    "josephson_array.cooldown": Simulation(
        josephson_array.measured_by("cooldown"), josephson_array.CooldownOptions
    ),
    "josephson_array.current_voltage": Simulation(
        josephson_array.measured_by("current_voltage"), josephson_array.CurrentVoltageOptions
    ),
    "josephson_array.field_sweep": Simulation(
        josephson_array.measured_by("field_sweep"), josephson_array.FieldSweepOptions
    ),
    "ferromagnet.loop": Simulation(ferromagnet.loop, ferromagnet.LoopOptions),
    "virtual_cryostat.cooldown": Simulation(
        virtual_cryostat.cooldown, virtual_cryostat.VirtualCooldownOptions
    ),
    "virtual_cryostat.hall": Simulation(virtual_cryostat.hall, virtual_cryostat.VirtualHallOptions),
    "virtual_cryostat.current_voltage": Simulation(
        virtual_cryostat.current_voltage, virtual_cryostat.VirtualCurrentVoltageOptions
    ),
    "virtual_cryostat.perpendicular_field": Simulation(
        virtual_cryostat.perpendicular_field, virtual_cryostat.VirtualPerpendicularFieldOptions
    ),
    "virtual_cryostat.parallel_field": Simulation(
        virtual_cryostat.parallel_field, virtual_cryostat.VirtualParallelFieldOptions
    ),
    "virtual_cryostat.butterfly": Simulation(
        virtual_cryostat.butterfly, virtual_cryostat.VirtualButterflyOptions
    ),
    "virtual_cryostat.gated_hall": Simulation(
        virtual_cryostat.gated_hall, virtual_cryostat.VirtualGatedHallOptions
    ),
    "virtual_cryostat.gated_butterfly": Simulation(
        virtual_cryostat.gated_butterfly, virtual_cryostat.VirtualGatedButterflyOptions
    ),
    "granular_film.cooldown": Simulation(granular_film.cooldown, granular_film.FilmCooldownOptions),
    "ferromagnet.coercivity": Simulation(ferromagnet.coercivity, ferromagnet.CoercivityOptions),
}
