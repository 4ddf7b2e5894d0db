"""Current-voltage curves and a cool-down of a film with a known Kosterlitz-Thouless transition."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import xarray as xr

from papilio.analysis import bkt
from scenarios.laboratory import Array, Found, lock_in_noise, log_uniform, measured, pick

#: Normal resistance of the whole bar and, divided by its squares, of the film, ohm.
WHOLE, SHEET = 6000.0, 1000.0


def scenario(random: np.random.Generator) -> Iterator[Found]:
    """
    Current-voltage curves and R(T), cooling and warming, of one film.

    T_BKT 0.2 to 5 K, mean-field Tc 5 to 25 % above it, the exponent that of a stiffness linear in
    temperature. Curves: 8 to 15 temperatures from -6 to +4 % of T_BKT (at most half of the way to
    Tc), both signs, 25 to 60 readings of each over 2.7 decades, ohmic tail 1e-6 to 1e-4 of the
    normal resistance, normal above a critical current, noise 2e-5 to 5e-4 of the voltage at the
    top, offset up to 30 times that, one film in three as differential resistance; thermometer noise
    1e-4. R(T): ln(R0/R_N) 0.5 to 4, the law up to 0.5 to 0.8 of the normal resistance, 15 to 120
    readings between T_BKT and Tc, noise 3e-5 to 2e-3 of the normal resistance (half of the films
    with a lock-in's correlation up to 0.6), offset up to 1 %, lag up to 0.2 %, thermometer 2e-4.
    """
    T_BKT = log_uniform(random, 0.2, 5.0)
    Tc = T_BKT * (1 + random.uniform(0.05, 0.25))
    curves = _curves(random, T_BKT, Tc)
    cooled, b = _cooldown(random, T_BKT, Tc)
    result = bkt(curves, cooled)
    yield "bkt.T_BKT_iv", pick(result, "T_BKT_iv"), T_BKT
    yield "bkt.T_BKT_halperin_nelson", pick(result, "T_BKT_halperin_nelson"), T_BKT
    yield (
        "bkt.T_BKT_halperin_nelson_linearised",
        pick(result, "T_BKT_halperin_nelson_linearised"),
        T_BKT,
    )
    yield "bkt.T_BKT_joint", pick(result, "T_BKT_joint"), T_BKT
    yield "bkt.b", pick(result, "b"), b


def _curves(random: np.random.Generator, T_BKT: float, Tc: float) -> xr.Dataset:
    reach = min(0.06, 0.5 * (Tc / T_BKT - 1))
    count = int(random.integers(8, 16))
    temperatures = T_BKT * (1 + reach * np.linspace(-1, 0.67, count))
    temperatures += random.uniform(-0.3, 0.3) * (temperatures[1] - temperatures[0])
    critical = log_uniform(random, 1e-6, 1e-4)
    magnitude = np.geomspace(2e-3, 1.1, int(random.integers(25, 61))) * critical
    current = np.concatenate([magnitude, -magnitude])
    size = np.abs(current)
    tail = WHOLE * log_uniform(random, 1e-6, 1e-4)
    differential = random.uniform() < 1 / 3
    top = 0.2 * WHOLE * critical
    relative = log_uniform(random, 2e-5, 5e-4)
    offset = random.uniform(-30, 30) * relative * top
    parts: list[dict[str, Array]] = []
    for T in temperatures:
        alpha = 1 + 2 * (T_BKT / T) * (Tc - T) / (Tc - T_BKT)
        switch = critical * ((Tc - T) / (Tc - temperatures[0])) ** 1.5
        power = 0.2 * WHOLE * switch * (size / switch) ** alpha
        if differential:
            signal = np.where(size > switch, WHOLE, alpha * power / size + tail)
            signal = signal + random.normal(0, relative * 0.6 * WHOLE, size.size)
        else:
            signal = np.where(size > switch, WHOLE * size, power + tail * size) * np.sign(current)
            signal = signal + offset + random.normal(0, relative * top, size.size)
        parts.append(
            {
                "current": current,
                "temperature": T * (1 + random.normal(0, 1e-4, size.size)),
                "differential_resistance" if differential else "voltage": signal,
            }
        )
    return measured({name: np.concatenate([p[name] for p in parts]) for name in parts[0]})


def _cooldown(random: np.random.Generator, T_BKT: float, Tc: float) -> tuple[xr.Dataset, float]:
    # R falls to a half at Tc.
    logarithm = random.uniform(0.5, 4.0)
    root = math.sqrt(Tc / T_BKT - 1)
    b = root * (logarithm + math.log(2))
    join = random.uniform(0.5, 0.8)
    at_join = T_BKT * (1 + (b / (logarithm - math.log(join))) ** 2)
    down = np.arange(
        T_BKT + 3 * (Tc - T_BKT), 0.4 * T_BKT, -(Tc - T_BKT) / log_uniform(random, 15, 120)
    )
    T = np.concatenate([down, down[::-1]])
    direction = np.repeat([-1.0, 1.0], down.size)

    def curve(t: Array) -> Array:
        reduced = np.maximum(t / T_BKT - 1, 1e-12)
        law = np.exp(logarithm - b / np.sqrt(reduced))
        slope = join * b / 2 * (at_join / T_BKT - 1) ** -1.5 / T_BKT
        above = 1 - (1 - join) * np.exp(-slope * (t - at_join) / (1 - join))
        return np.asarray(SHEET * np.where(t < at_join, law, above))

    lag = random.uniform(0, 2e-3) * T_BKT
    R = curve(T - lag * direction) + random.uniform(-0.01, 0.01) * SHEET
    memory = random.integers(2) * random.uniform(0, 0.6)
    R = R + lock_in_noise(random, T.size, log_uniform(random, 3e-5, 2e-3) * SHEET, memory)
    T = T + random.normal(0, 2e-4 * T_BKT, T.size)
    return measured({"temperature": T, "sheet_resistance": R}), b
