"""The dirty-limit curve of Werthamer, Helfand and Hohenberg beside the Ginzburg-Landau line."""

from __future__ import annotations

import numpy as np
import xarray as xr

from papilio.analysis.ginzburg_landau_fit import PERPENDICULAR_LAW, CriticalFields, within
from papilio.analysis.model_comparison import UNDECIDED, compare, verdict
from papilio.errors import FitError
from papilio.fit import Fit, Law, least_squares
from papilio.physics import ginzburg_landau as gl
from papilio.physics import pair_breaking
from papilio.result import Quantity

REFERENCE = (
    "Dirty limit (WHH): Werthamer, Helfand and Hohenberg, Phys. Rev. 147, 295 (1966), "
    "doi:10.1103/PhysRev.147.295"
)

WHH_LAW = Law(
    "WHH dirty limit, perpendicular",
    pair_breaking.perpendicular_field,
    PERPENDICULAR_LAW.parameters,
    "dirty limit, no spin pair breaking",
    "doi:10.1103/PhysRev.147.295",
)


def fit(
    fields: CriticalFields, window: tuple[float, float] | None
) -> tuple[list[Quantity], dict[str, xr.Dataset], list[str]]:
    """
    Fit WHH's curve to perpendicular fields and hold it against the Ginzburg-Landau line.

    Both are fitted to the perpendicular fields alone, each with its own critical temperature.

    Parameters
    ----------
    fields : CriticalFields
        Perpendicular ones.
    window : (float, float) or None
        Temperatures that the fit uses, K.

    Returns
    -------
    quantities : list of Quantity
        ``Hc2_perpendicular_0_whh`` (T), ``Tc_whh`` (K), ``xi_whh`` (m), ``reduced_chi_square`` of
        both laws and ``akaike_difference``; empty where there are fewer than three fields.
    curves : dict of str to xarray.Dataset
        ``fit_perpendicular_whh``.
    flags : list of str
        That the data prefer WHH, where they do.
    """
    used = within(fields, window)
    if used.temperature.size < 3:
        return [], {}, []
    guess = float(used.temperature.max()) * 1.05
    start = {"Tc": guess, "Hc2_perpendicular_0": float(used.field.max())}
    fits: dict[str, Fit] = {}
    try:
        for law in (PERPENDICULAR_LAW, WHH_LAW):
            fits[law.name] = least_squares(law, used.temperature, used.field, used.std, start)
    except FitError as error:
        return [], {}, [str(error)]
    scores = compare(fits)
    whh = fits[WHH_LAW.name]
    xi, xi_std = whh.propagate(lambda values: gl.coherence_length(values[0]))
    field, Tc = "Hc2_perpendicular_0", "Tc"
    quantities = [
        Quantity(f"critical_field.{name}_whh", value, unit, std, method=how)
        for name, value, unit, std, how in (
            (field, whh[field], "T", whh.std(field), WHH_LAW.name),
            (Tc, whh[Tc], "K", whh.std(Tc), WHH_LAW.name),
            ("xi", xi, "m", xi_std, "Phi_0/(2 pi xi^2) with the field of WHH at T = 0"),
        )
    ]
    quantities += [
        Quantity(
            "critical_field.reduced_chi_square",
            score.reduced_chi_square,
            "",
            conditions={"law": name, "degrees_of_freedom": score.degrees_of_freedom},
            method="perpendicular fields alone",
        )
        for name, score in scores.items()
    ]
    difference = scores[WHH_LAW.name].difference - scores[PERPENDICULAR_LAW.name].difference
    quantities.append(
        Quantity(
            "critical_field.akaike_difference",
            difference,
            "",
            method=f"WHH less Ginzburg-Landau: {verdict(scores)}",
        )
    )
    grid = np.linspace(0, whh[Tc], 200)
    line = {"field": ("temperature", whh.predict(grid), {"units": "T"})}
    curve = xr.Dataset(line, {"temperature": ("temperature", grid, {"units": "K"})})
    flags = []
    if difference < -UNDECIDED:
        flags.append(
            "the perpendicular fields prefer the dirty-limit (WHH) curve to the Ginzburg-Landau "
            "line that xi_GL assumes"
        )
    return quantities, {"fit_perpendicular_whh": curve}, flags
