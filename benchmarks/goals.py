"""The goals of speed beside the figures that a run has reached; ratios to raw unless a unit is given."""

from dataclasses import dataclass

CHARTS = 20


@dataclass(frozen=True)
class Figures:
    """What one run has measured. Ratios are ours ÷ raw."""

    size: str
    cold: float
    cold_cpu: float
    together: float
    together_cpu: float
    geomean: float
    wide: float
    warm: float
    warm_cpu: float
    packed_share: float
    packing_time: float
    memory: float  # GB
    start_cpu: float  # seconds
    equal: int
    rollups: float | None = None
    rollups_cpu: float | None = None


def goals_of(figures: Figures) -> list[dict[str, object]]:
    """Return each goal with its bar and what was reached; a bar that a size does not have is left out."""
    small, large = figures.size == "S", figures.size == "L"
    cold = 1.4 if small else 1.15
    listed = [
        ("G1 cold, one at a time", cold, figures.cold),
        ("G1 cold, one at a time, CPU", None if small else 1.2, figures.cold_cpu),
        ("G1 cold, 20 at once", cold, figures.together),
        ("G1 cold, 20 at once, CPU", None if small else 1.2, figures.together_cpu),
        ("G2 geometric mean of the charts", 2.2 if small else 1.4, figures.geomean),
        ("G3 100,000 x 8 table", None if small else 0.8, figures.wide),
        ("G4 warm, 20 at once", None if small else 0.03, figures.warm),
        ("G4 warm, 20 at once, CPU", None, figures.warm_cpu),
        ("G5 rollups, eligible charts", None if small else 0.08 if large else 0.35, figures.rollups),
        ("G5 rollups, eligible charts, CPU", None, figures.rollups_cpu),
        ("G6 gzip, share of the bytes", 0.2, figures.packed_share),
        ("G6 gzip, time added", None if small else 0.25, figures.packing_time),
        ("G7 memory in GB", 1.3 if large else 0.6, figures.memory),
        ("G7 start-up in CPU seconds", 2.5, figures.start_cpu),
        ("G8 charts equal to raw", CHARTS, figures.equal),
    ]
    return [
        {"goal": name, "bar": bar, "reached": round(value, 3), "met": _met(name, bar, value)}
        for name, bar, value in listed
        if value is not None
    ]


def _met(name: str, bar: float | None, value: float) -> bool | None:
    if bar is None:
        return None
    return value >= bar if name.startswith("G8") else value <= bar


def table(goals: list[dict[str, object]]) -> str:
    """Return the goals as lines of text."""
    words = {True: "yes", False: "NO", None: ""}
    lines = [f"{'goal':<36} {'bar':>6} {'reached':>8}  met"]
    for goal in goals:
        met = goal["met"]
        shown = "" if goal["bar"] is None else str(goal["bar"])
        lines.append(
            f"{goal['goal']!s:<36} {shown:>6} {goal['reached']!s:>8}  {words[met if isinstance(met, bool) else None]}"
        )
    return "\n".join(lines)
