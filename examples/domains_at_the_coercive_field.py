"""
Domains, walls and stray field of the granular ferromagnet while its field passes the coercive one.

    python examples/domains_at_the_coercive_field.py domains.png
"""

from __future__ import annotations

import sys

import matplotlib
import numpy as np

matplotlib.use("Agg")
from matplotlib import pyplot as plt

from papilio.simulate import ferromagnet


def main() -> None:
    """Draw the loop's upper branch and three maps of moments and stray field."""
    options = ferromagnet.LoopOptions(maximum_field=0.2, field_step=0.004)
    maps = ferromagnet.domains(options)
    field = maps["applied_field"].values
    moment = maps["areal_moment_x"].mean(("y", "x")).values / options.areal_moment
    figure, axes = plt.subplots(2, 3, figsize=(8.4, 5.6), layout="constrained")
    half = np.interp(0.0, -moment, field)
    extent = 1e6 * options.cell * np.array([0, options.columns, 0, options.rows])
    for column, wanted in enumerate((half + 0.03, half, half - 0.03)):
        number = int(np.argmin(np.abs(field - wanted)))
        here = maps.isel(time=number)
        angle = np.arctan2(here["areal_moment_y"].values, here["areal_moment_x"].values)
        below = 1e6 * here["stray_field"].values
        top, bottom = axes[:, column]
        top.imshow(angle, origin="lower", cmap="twilight", vmin=-np.pi, vmax=np.pi, extent=extent)
        top.set_title(f"{1e3 * field[number]:.0f} mT, m = {moment[number]:+.2f}")
        reach = float(np.abs(maps["stray_field"].values).max()) * 1e6
        image = bottom.imshow(
            below, origin="lower", cmap="RdBu_r", vmin=-reach, vmax=reach, extent=extent
        )
        for axis in (top, bottom):
            axis.set_xlabel("x (µm)")
    axes[0, 0].set_ylabel("direction of the moments\ny (µm)")
    axes[1, 0].set_ylabel("stray field\ny (µm)")
    figure.colorbar(image, ax=axes[1], label="B_z (µT)", shrink=0.9)
    wheel = figure.colorbar(axes[0, 0].images[0], ax=axes[0], shrink=0.9)
    wheel.set_ticks([-np.pi, 0, np.pi], labels=["−x", "+x", "−x"])
    figure.savefig(sys.argv[1], dpi=110)


if __name__ == "__main__":
    main()
