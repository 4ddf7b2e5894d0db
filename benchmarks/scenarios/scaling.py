"""Laboratories that compare samples of different density."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from papilio.analysis import scaling
from scenarios.laboratory import Found, interval_alone, log_uniform, measured, pick


def scenario(random: np.random.Generator) -> Iterator[Found]:
    """
    Tables of five to twelve samples with density, critical temperature and Delta R.

    Densities 1e17 to 1e18 per square metre at random places over a factor of 2 to 4, known to 1 to
    5 %; critical temperatures on a line that reaches zero at 5 to 30 % of the largest density, 1 to
    5 K there, known to 1 to 5 %; Delta R up to a percolation density anywhere among the samples,
    known to 2 to 10 %, and none above. The line once with error bars and once without (then on
    exact densities, from the scatter).
    """
    count = int(random.integers(5, 13))
    largest = log_uniform(random, 3e17, 1e18)
    density = np.sort(random.uniform(1 / random.uniform(2, 4), 1, count)) * largest
    zero = random.uniform(0.05, 0.3) * largest
    slope = random.uniform(1, 5) / largest
    # As a rule of the instrument, not of the sample: the same absolute error for all.
    density_std = np.full(count, random.uniform(0.01, 0.05) * density.mean())
    Tc_std = np.full(count, random.uniform(0.01, 0.05) * slope * (density.mean() - zero))
    threshold = random.uniform(density[0], density[-1])
    signal_std = random.uniform(0.02, 0.1)
    delta = np.where(density < threshold, 10.0, 0.0)
    columns = {
        "density": density + random.normal(0, density_std),
        "density_std": density_std,
        "critical_temperature": slope * (density - zero) + random.normal(0, Tc_std),
        "critical_temperature_std": Tc_std,
        "delta_R": delta + random.normal(0, 10 * signal_std, count),
        "delta_R_std": np.full(count, 10 * signal_std),
    }
    result = scaling(measured(columns))
    planted = {"Tc_slope": slope, "Tc_intercept": -slope * zero, "Tc_zero_density": zero}
    for name, true in planted.items():
        yield f"scaling.{name}", pick(result, name), true
    percolation = interval_alone(pick(result, "percolation_density"))
    yield "scaling.percolation_density", percolation, threshold
    scattered = scaling(
        measured({"density": density, "critical_temperature": columns["critical_temperature"]})
    )
    for name, true in planted.items():
        yield f"scaling.{name} from scatter", interval_alone(pick(scattered, name)), true
