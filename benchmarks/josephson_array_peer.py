"""
The Josephson array beside pyjjasim 4.0.2, in one process, in the order A B A B.

Run by josephson_array.py in an environment that holds both; prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time

import numpy as np

# Two aliases that numpy has dropped since pyjjasim 4.0.2 came out.
np.asscalar = lambda array: np.asarray(array).item()
int = int

import pyjjasim  # noqa: E402

from papilio.simulate.josephson_array.array import Array  # noqa: E402
from papilio.simulate.josephson_array.dynamics import advance  # noqa: E402
from papilio.simulate.josephson_array.state import conditions, start  # noqa: E402
from papilio.simulate.josephson_array.statistics import mean, mean_voltage  # noqa: E402

TEMPERATURE, BIAS, BATCH, STEP = 0.1, 0.1, 4, 0.05


def report(text: str) -> None:
    """Say on standard error what is being measured."""
    print(f"... {text}", file=sys.stderr, flush=True)


class Peer:
    """A square array in pyjjasim, driven by a uniform current from edge to edge."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.circuit = pyjjasim.SquareArray(size, size)
        self.junctions = self.circuit.junction_count()
        self.along = self.circuit.current_base(angle=0)

    def run(self, steps, *, fresh, temperature, bias, batch, step, first=0, seed=1):
        """
        Phases of the junctions (junction, replica) at step `first` and at the end.

        With `fresh`, the shunts' noise is drawn anew at each step and handed over as a current;
        without, the peer makes its own noise.
        """
        generator = np.random.default_rng(seed)
        drive = bias * self.along[:, None]
        strength = np.sqrt(2 * temperature / step)

        def sources(_):
            return drive + strength * generator.standard_normal((self.junctions, batch))

        steady = np.broadcast_to(drive[:, :, None], (self.junctions, batch, 1))
        still = np.zeros((self.junctions, batch))
        problem = pyjjasim.TimeEvolutionProblem(
            self.circuit,
            time_step=step,
            time_step_count=steps,
            current_sources=sources if fresh else steady,
            temperature=0.0 if fresh else temperature,
            store_time_steps=np.array([first, steps - 1]),
            store_voltage=False,
            store_current=False,
            config_at_minus_1=still,
            config_at_minus_2=still,
            config_at_minus_3=still,
            config_at_minus_4=still,
        )
        theta = problem.compute().get_theta()
        return theta[:, :, 0], theta[:, :, -1]

    def seconds(self, steps: int, fresh: bool) -> float:
        """Of one junction and step."""
        begin = time.perf_counter()
        self.run(steps, fresh=fresh, temperature=TEMPERATURE, bias=BIAS, batch=BATCH, step=STEP)
        return (time.perf_counter() - begin) / (steps * BATCH * self.junctions)

    def resistance(self, step: float, duration: float, batch: int) -> tuple[float, float]:
        """Resistance at bias 0.1, T = 1.1 over R_N, and its error from the replicas' scatter."""
        first = round(100 / step)
        steps = first + round(duration / step)
        begin, end = self.run(
            steps, fresh=True, temperature=1.1, bias=0.1, batch=batch, step=step, first=first
        )
        rise = self.along @ (end - begin) / (self.size * (self.size - 1))
        values = rise / ((steps - 1 - first) * step) / 0.1
        return float(values.mean()), float(values.std(ddof=1) / np.sqrt(batch))


class Ours:
    """The same array here."""

    def __init__(self, size, precision, scheme="euler", boundary="busbar", temperature=TEMPERATURE):
        self.array = Array(size, size, boundary, step=STEP, scheme=scheme, precision=precision)
        self.junctions = 2 * size * (size - (boundary == "busbar"))
        self.state = start(self.array, BATCH, 1)
        self.exposed = conditions(BATCH, BIAS, temperature)
        self.seconds(2)

    def seconds(self, steps: int) -> float:
        """Of one junction and step."""
        begin = time.perf_counter()
        self.state, _ = advance(self.array, self.state, self.exposed, 1, steps)
        return (time.perf_counter() - begin) / (steps * BATCH * self.junctions)


def paired(first, second, rounds):
    """Seconds of both in the order A B A B, as lists."""
    one, two = [], []
    for _ in range(rounds):
        one.append(first())
        two.append(second())
    return one, two


def compared(name, first, second, rounds, figures, nanoseconds):
    """Median ratio of the pairs into `figures`, both medians into `nanoseconds`."""
    report(name)
    slow, fast = paired(first, second, rounds)
    figures[f"speedup_pyjjasim_{name}"] = statistics.median(
        a / b for a, b in zip(slow, fast, strict=True)
    )
    nanoseconds[name] = {
        "pyjjasim": round(1e9 * statistics.median(slow), 2),
        "papilio": round(1e9 * statistics.median(fast), 2),
    }


def speedups(sizes, rounds):
    """Time per junction and step, pyjjasim over ours."""
    figures: dict[str, float] = {}
    nanoseconds: dict[str, dict[str, float]] = {}
    for size in sizes:
        peer = Peer(size)
        kinds = {
            f"{size}": Ours(size, "single"),
            f"{size}_float64": Ours(size, "double"),
            f"{size}_twist": Ours(size, "single", boundary="twist"),
        }
        slow_steps = max(20, 400_000 // peer.junctions)
        fast_steps = max(50, 8_000_000 // peer.junctions)
        for fresh, names in ((False, kinds), (True, [f"{size}"])):
            for name in names:
                compared(
                    name + "_fresh_noise" * fresh,
                    lambda: peer.seconds(slow_steps, fresh),  # noqa: B023
                    lambda: kinds[name].seconds(fast_steps),  # noqa: B023
                    rounds,
                    figures,
                    nanoseconds,
                )
    return figures, nanoseconds


def our_resistance(size, scheme, step, duration, replicas, boundary):
    """Resistance at bias 0.1, T = 1.1 over R_N; its error with and without control variate."""
    array = Array(size, size, boundary, step=step, scheme=scheme)
    exposed = conditions(replicas, 0.1, 1.1)
    state, _ = advance(array, start(array, replicas, 5), exposed, 1, round(200 / step))
    _, series = advance(array, state, exposed, round(duration / step / 32), 32)
    found, plain = mean_voltage(series), mean(series.voltage)
    return found.value / 0.1, found.std / 0.1, plain.std / 0.1


def time_to_error(share):
    """
    Seconds to 1 % total error of R at bias 0.1, T = 1.1, each code with its own best step.

    The error of a step is measured on 16 x 16, against our Heun scheme at a step of 0.05 on the
    same open array; the statistical error of a run of given length is a property of the array and
    is measured on 64 x 64. The uncertainty of a step's error counts against us and for the peer.
    """
    size = 16
    report("step errors, papilio")
    exact, exact_std, _ = our_resistance(size, "heun", 0.05, 20_000 * share, 32, "busbar")
    ours, theirs = {}, {}
    steps = {"heun": (0.15, 0.2, 0.25, 0.3, 0.4), "euler": (0.02, 0.05, 0.1)}
    for scheme, step in ((scheme, step) for scheme, all_ in steps.items() for step in all_):
        value, std, _ = our_resistance(size, scheme, step, 20_000 * share, 32, "busbar")
        ours[scheme, step] = (value / exact - 1, float(np.hypot(std, exact_std)) / exact)
    peer = Peer(size)
    for step in (0.0025, 0.005, 0.01, 0.05, 0.1):
        report(f"step errors, pyjjasim {step}")
        value, std = peer.resistance(step, share * max(100, min(8_000 * step, 1000)), 64)
        theirs[step] = (value / exact - 1, float(np.hypot(std, exact_std)) / exact)
    report("cost of a step on 64 x 64")
    large = Peer(64)
    slow: list[float] = []
    cost = {}
    for scheme in steps:
        array = Ours(64, "single", scheme, temperature=1.1)
        peers, own = paired(
            lambda: large.seconds(30, fresh=True),
            lambda: array.seconds(500),  # noqa: B023
            5,
        )
        slow += peers
        cost[scheme] = statistics.median(own)
    peer_cost = statistics.median(slow)
    duration, replicas = 2000 * share, 8
    resistance, std, _ = our_resistance(64, "heun", 0.25, duration, replicas, "busbar")
    # Squared relative error times simulated time.
    rate = (std / resistance) ** 2 * duration * replicas

    def seconds(of_junction, step, error):
        room = 0.01**2 - error**2
        return rate / room / step * of_junction * large.junctions if room > 0 else np.inf

    best_ours = min(
        (seconds(cost[scheme], step, abs(error) + std), scheme, step)
        for (scheme, step), (error, std) in ours.items()
    )
    best_theirs = min(
        (seconds(peer_cost, step, max(abs(error) - std, 0)), step)
        for step, (error, std) in theirs.items()
    )
    twist = our_resistance(64, "heun", 0.25, duration, replicas, "twist")
    details = {
        "error_of_the_step_papilio": {f"{s} {h}": error for (s, h), error in ours.items()},
        "error_of_the_step_pyjjasim": theirs,
        "seconds_to_one_percent": {
            name: best if np.isfinite(best[0]) else None
            for name, best in (("papilio", best_ours), ("pyjjasim", best_theirs))
        },
        "variance_saved_by_control_variate_with_twist": (twist[2] / twist[1]) ** 2,
    }
    # None where no step of one of the codes is shown to be within 1 %: --quick resolves none.
    known = np.isfinite(best_ours[0]) and np.isfinite(best_theirs[0])
    speedup = best_theirs[0] / best_ours[0] if known else None
    return {"time_to_error_speedup": speedup}, details


def main() -> None:
    parser = argparse.ArgumentParser(description="The Josephson array beside pyjjasim.")
    parser.add_argument("--quick", action="store_true", help="few rounds, for a first look")
    quick = parser.parse_args().quick
    figures, nanoseconds = speedups((16, 32, 64, 128), 3 if quick else 9)
    more, details = time_to_error(0.1 if quick else 1.0)
    print(json.dumps({"figures": {**figures, **more}, "details": {"ns": nanoseconds, **details}}))


if __name__ == "__main__":
    main()
