"""Geometry of the server-side charts: numbers in, positions out. Pure; templates/ui/charts/ draws.

Every chart carries its title, its takeaway sentence and the table behind it, so a template can never draw one without.
Units are those of the SVG's viewBox; y grows downwards.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from math import ceil, floor, isfinite, log10

Format = Callable[[float], str]
Row = Sequence[str]


def plain(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2g}"


@dataclass(frozen=True)
class Tick:
    at: float
    label: str


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    label: str = ""
    low: float | None = None  # y of the interval's ends, where there is one
    high: float | None = None


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    label: str
    shown: str
    look: str = ""

    @property
    def end(self) -> float:
        return self.x + self.width


@dataclass(frozen=True)
class Chart:
    title: str
    takeaway: str
    columns: Row = ()
    rows: Sequence[Row] = ()
    width: float = 560
    height: float = 240
    left: float = 44
    right: float = 548
    top: float = 12
    bottom: float = 208
    y_ticks: Sequence[Tick] = ()
    x_ticks: Sequence[Tick] = ()
    line: str = ""
    rival: str = ""
    area: str = ""
    dots: Sequence[Dot] = ()
    bars: Sequence[Bar] = ()
    marks: Sequence[Tick] = ()
    cut: Dot | None = None
    x_title: str = ""
    y_title: str = ""
    empty: bool = False


def nice_steps(high: float, *, low: float = 0, count: int = 4) -> list[float]:
    """Round tick values from low to at least high: 1, 2 or 5 times a power of ten apart."""
    span = high - low
    if not isfinite(span) or span <= 0:
        return [low, low + 1]
    raw = span / count
    base = 10 ** floor(log10(raw))
    step = next(m * base for m in (1, 2, 5, 10) if m * base >= raw * 0.999)
    first = floor(low / step)
    return [round(n * step, 10) for n in range(first, ceil(high / step - 1e-9) + 1)]


def scale(value: float, source: tuple[float, float], target: tuple[float, float]) -> float:
    low, high = source
    share = 0.5 if high == low else (value - low) / (high - low)
    return round(target[0] + share * (target[1] - target[0]), 2)


def path(points: Sequence[tuple[float, float]]) -> str:
    """An SVG path through the points."""
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points) if points else ""


def area_under(points: Sequence[tuple[float, float]], floor_y: float) -> str:
    if not points:
        return ""
    return f"{path(points)}L{points[-1][0]:g} {floor_y:g}L{points[0][0]:g} {floor_y:g}Z"


def thin(labels: Sequence[str], *, most: int) -> set[int]:
    """Which of the labels to print when they do not all fit: evenly spread, the last one always."""
    if len(labels) <= most:
        return set(range(len(labels)))
    step = ceil(len(labels) / most)
    return set(range(len(labels) - 1, -1, -step))


def sparkline(values: Sequence[float], *, width: float = 104, height: float = 28) -> Chart:
    """The shape of a short series, for a table cell; the cell itself says the numbers."""
    if len(values) < 2:
        return Chart(title="", takeaway="", width=width, height=height, empty=True)
    span = (min(values), max(values))
    points = [
        (scale(i, (0, len(values) - 1), (2, width - 3)), scale(v, span, (height - 3, 3))) for i, v in enumerate(values)
    ]
    return Chart(title="", takeaway="", width=width, height=height, line=path(points), dots=[Dot(*points[-1])])


def bars(items: Sequence[tuple[str, float]], *, title: str, takeaway: str, columns: Row, fmt: Format = plain) -> Chart:
    """Ranked horizontal bars, longest first as given; the value stands at the bar's end, no axis needed."""
    most = max((value for _, value in items), default=0) or 1
    left, end, row = 168.0, 476.0, 30.0
    drawn = [
        Bar(left, 6 + i * row, max(scale(value, (0, most), (0, end - left)), 1), 18, label, fmt(value))
        for i, (label, value) in enumerate(items)
    ]
    return Chart(
        title, takeaway, columns, [(label, fmt(value)) for label, value in items],
        height=6 + row * len(items), left=left, right=end, bars=drawn, empty=not items,
    )  # fmt: skip


def line(
    points: Sequence[tuple[str, float]],
    *,
    title: str,
    takeaway: str,
    columns: Row,
    fmt: Format = plain,
    marks: Sequence[tuple[int, str]] = (),
) -> Chart:
    """A value over time, from zero. `marks`: (index of a point, words), such as a new model."""
    frame = Chart(title, takeaway, columns, [(label, fmt(value)) for label, value in points], empty=len(points) < 2)
    if frame.empty:
        return frame
    steps = nice_steps(max(value for _, value in points))
    across, up = (0, len(points) - 1), (steps[0], steps[-1])
    at = [
        (scale(i, across, (frame.left + 8, frame.right - 8)), scale(v, up, (frame.bottom, frame.top)))
        for i, (_, v) in enumerate(points)
    ]
    shown = thin([label for label, _ in points], most=5)
    return _with(
        frame,
        y_ticks=[Tick(scale(s, up, (frame.bottom, frame.top)), fmt(s)) for s in steps],
        x_ticks=[Tick(at[i][0], points[i][0]) for i in sorted(shown)],
        line=path(at),
        area=area_under(at, frame.bottom),
        dots=[Dot(x, y, f"{label}: {fmt(value)}") for (x, y), (label, value) in zip(at, points, strict=True)],
        marks=[Tick(at[i][0], words) for i, words in marks],
    )


def bands(
    counts: Sequence[int],
    *,
    title: str,
    takeaway: str,
    columns: Row,
    medium_from: float,
    high_from: float,
) -> Chart:
    """How many customers stand at each chance. `counts[i]` covers [i/n, (i+1)/n); bars carry their band's look."""
    n = len(counts)
    frame = Chart(title, takeaway, columns, empty=not sum(counts))
    if frame.empty:
        return frame
    steps = nice_steps(max(counts), count=3)
    up, slot = (0, steps[-1]), (frame.right - frame.left) / n

    def look(i: int) -> str:
        middle = (i + 0.5) / n
        return "high" if middle >= high_from else "medium" if middle >= medium_from else "low"

    drawn = []
    for i, count in enumerate(counts):
        y = scale(count, up, (frame.bottom, frame.top))
        span = f"{round(100 * i / n)}–{round(100 * (i + 1) / n)} %"
        drawn.append(Bar(frame.left + i * slot + 2, y, slot - 4, frame.bottom - y, span, f"{count:,}", look(i)))
    return _with(
        frame,
        rows=[(bar.label, bar.shown) for bar in drawn],
        bars=drawn,
        y_ticks=[Tick(scale(s, up, (frame.bottom, frame.top)), plain(s)) for s in steps],
        x_ticks=[Tick(frame.left + slot * n * s / 4, f"{25 * s} %") for s in range(5)],
    )


def gain(
    shares: Sequence[tuple[float, float]], *, title: str, takeaway: str, columns: Row, cut: float | None = None
) -> Chart:
    """Cumulative gain: calling this share of the list (x) reaches this share of the leavers (y); both 0–1.

    The dashed line is calling at random. `cut`: the share one means to call.
    """
    rows = [(f"{x:.0%}", f"{y:.0%}") for x, y in shares]
    frame = Chart(title, takeaway, columns, rows, empty=len(shares) < 2)
    if frame.empty:
        return frame
    whole = [(0.0, 0.0), *shares] if shares[0] != (0.0, 0.0) else list(shares)
    at = [(_across(frame, x), _up(frame, y)) for x, y in whole]
    chosen = None
    if cut is not None:
        reached = _reading(whole, cut)
        chosen = Dot(_across(frame, cut), _up(frame, reached), f"{cut:.0%} → {reached:.0%}")
    return _with(
        frame,
        line=path(at),
        area=area_under(at, frame.bottom),
        rival=path([(_across(frame, 0), _up(frame, 0)), (_across(frame, 1), _up(frame, 1))]),
        cut=chosen,
        **_unit_axes(frame),
    )


def reach(
    chances: Sequence[float],
    *,
    title: str,
    takeaway: str,
    columns: Row,
    per_head: float,
    cut: int,
    fmt: Format = plain,
) -> Chart:
    """Cumulative gain in people: pitching to so many of a ranking (x) reaches so many buyers (y).

    chances: 0–1, in the order of the ranking. The dashed line picks blindly, at `per_head` buyers a customer.
    cut: how many one means to pitch to.
    """
    sums = list(accumulate(chances, initial=0.0))
    last = len(chances)
    steps = sorted({round(last * n / 10) for n in range(11)} | {cut} - {0}) if last else []
    rows = [(f"{n:,}", fmt(sums[n]), fmt(per_head * n)) for n in steps if n]
    frame = Chart(title, takeaway, columns, rows, height=256, x_title=columns[0], empty=last < 2 or sums[-1] <= 0)
    if frame.empty:
        return frame
    ticks = nice_steps(sums[-1], count=4)
    across, up = (0.0, float(last)), (0.0, ticks[-1])

    def at(n: float, buyers: float) -> tuple[float, float]:
        return scale(n, across, (frame.left, frame.right)), scale(buyers, up, (frame.bottom, frame.top))

    drawn = [at(n, sums[n]) for n in sorted({round(last * n / 80) for n in range(81)} | {cut})]
    return _with(
        frame,
        y_ticks=[Tick(at(0, one)[1], plain(one)) for one in ticks],
        x_ticks=[Tick(at(one, 0)[0], plain(one)) for one in nice_steps(last, count=5) if one <= last],
        line=path(drawn),
        area=area_under(drawn, frame.bottom),
        rival=path([at(0, 0), at(last, min(per_head * last, ticks[-1]))]),
        cut=Dot(*at(cut, sums[cut]), f"{cut:,} → {fmt(sums[cut])}") if cut else None,
    )


def calibration(
    groups: Sequence[tuple[float, float, float, float, int]], *, title: str, takeaway: str, columns: Row
) -> Chart:
    """Said against seen. Each group: (mean chance said, share seen, low, high, customers); all shares 0–1."""
    rows = [(f"{said:.0%}", f"{seen:.0%}", f"{low:.0%}–{high:.0%}", f"{n:,}") for said, seen, low, high, n in groups]
    frame = Chart(title, takeaway, columns, rows, empty=not groups)
    if frame.empty:
        return frame
    dots = [
        Dot(
            _across(frame, said),
            _up(frame, seen),
            f"{said:.0%} → {seen:.0%} ({n:,})",
            _up(frame, low),
            _up(frame, high),
        )
        for said, seen, low, high, n in groups
    ]
    return _with(
        frame,
        dots=dots,
        line=path([(dot.x, dot.y) for dot in dots]),
        rival=path([(_across(frame, 0), _up(frame, 0)), (_across(frame, 1), _up(frame, 1))]),
        **_unit_axes(frame),
    )


def _across(frame: Chart, share: float) -> float:
    return scale(share, (0, 1), (frame.left, frame.right))


def _up(frame: Chart, share: float) -> float:
    return scale(min(max(share, 0), 1), (0, 1), (frame.bottom, frame.top))


def _unit_axes(frame: Chart) -> dict[str, list[Tick]]:
    quarters = (0, 0.25, 0.5, 0.75, 1)
    return {
        "y_ticks": [Tick(_up(frame, s), f"{s:.0%}") for s in quarters],
        "x_ticks": [Tick(_across(frame, s), f"{s:.0%}") for s in quarters],
    }


def _reading(points: Sequence[tuple[float, float]], x: float) -> float:
    """The curve's height at x, between its points on a straight line."""
    for (x0, y0), (x1, y1) in pairwise(points):
        if x0 <= x <= x1:
            return y0 if x1 == x0 else y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    return points[-1][1]


def _with(frame: Chart, **parts: object) -> Chart:
    return replace(frame, **parts)  # type: ignore[arg-type]
