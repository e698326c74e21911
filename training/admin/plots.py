"""Drawings of a model's card: what it said against what happened, and what calling so many would have earned."""

from dataclasses import replace

from django.utils.translation import gettext as _

from portal.kit import charts
from portal.kit.charts import Chart, Dot, Tick, nice_steps, path, scale
from portal.kit.numbers import percent, whole
from training.admin.moneys import Calls
from training.models import ModelVersion


def calibration(version: ModelVersion) -> Chart | None:
    """None when the version kept no record of it."""
    rows = [one for one in version.metrics.get("calibration") or version.card.get("calibration") or [] if _usable(one)]
    if not rows:
        return None
    groups = []
    for one in rows:
        said, seen = one.get("said", one.get("predicted")), one.get("happened", one.get("observed"))
        low, high = (seen if one.get(end) is None or "said" not in one else one[end] for end in ("low", "high"))
        groups.append((said, seen, low, high, int(one.get("n") or 0)))
    inside = sum(low <= said <= high for said, _seen, low, high, _n in groups)
    kept = any(low < high for _said, _seen, low, high, _n in groups)
    told = (
        _("In %(inside)s of %(groups)s groups of equal size the chance it said lies within what happened.")
        if kept
        else _("What it said beside what happened, in %(groups)s groups.")
    )
    drawn = charts.calibration(
        groups,
        title=_("Calibration: what it said and what happened"),
        takeaway=told % {"inside": inside, "groups": len(groups)},
        columns=[_("Chance it said"), _("Happened"), _("95 % interval"), _("Customers")],
    )
    lines = [
        (percent(said, 1), percent(seen, 1), f"{percent(low, 1)} – {percent(high, 1)}", whole(n))
        for said, seen, low, high, n in groups
    ]
    return replace(drawn, rows=lines)


def money(calls: Calls) -> Chart:
    """Net gain by how many are called, with its interval; the mark is the cut-off the page speaks of."""
    frame = Chart(_("What calling the first so many would have earned"), calls.takeaway, calls.heads, calls.lines)
    points = calls.points
    if len(points) < 2:
        return replace(frame, empty=True)
    left, right, top, bottom = 76.0, 540.0, 12.0, 208.0
    steps = nice_steps(
        max(0.0, *(point.high for point in points)), low=min(0.0, *(point.low for point in points)), count=4
    )
    across, up = (0, points[-1].n), (steps[0], steps[-1])

    def at(n: float, value: float) -> tuple[float, float]:
        return scale(n, across, (left, right)), scale(value, up, (bottom, top))

    band = [at(point.n, point.high) for point in points] + [at(point.n, point.low) for point in reversed(points)]
    chosen = calls.chosen or calls.best
    mark = None
    if chosen is not None and chosen.n:
        x, y = at(chosen.n, chosen.net)
        mark = Dot(x, y, _("first %(n)s: %(net)s") % {"n": whole(chosen.n), "net": calls.said(chosen.net)})
    return replace(
        frame,
        left=left,
        right=right,
        y_ticks=[Tick(at(0, step)[1], calls.said(step)) for step in steps],
        x_ticks=[
            Tick(at(share * points[-1].n, 0)[0], whole(share * points[-1].n)) for share in (0, 0.25, 0.5, 0.75, 1)
        ],
        line=path([at(point.n, point.net) for point in points]),
        area=path(band) + "Z",
        rival=path([at(0, 0), at(points[-1].n, 0)]),
        cut=mark,
    )


def _usable(one: object) -> bool:
    return isinstance(one, dict) and all(
        isinstance(one.get(name, one.get(older)), (int, float))
        for name, older in (("said", "predicted"), ("happened", "observed"))
    )
