"""How far inputs have moved since a version was trained, as its lists tell it.

Lists belong to the storey above: it brings a reader (`told_by`), and this desk asks it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.kit.admin import Table, badge
from portal.kit.numbers import NONE, day, whole
from training.admin.words import told
from training.ml.grades import DRIFT

SHOWN = 100


@dataclass(frozen=True)
class Reading:
    """What one partner's list, as it is shown now, tells of its inputs. link: to the list."""

    link: SafeString | str
    as_of: date
    drift: dict[str, Any]

    @property
    def psi(self) -> float | None:
        found = self.drift.get("psi")
        return float(found) if isinstance(found, (int, float)) else None

    @property
    def own(self) -> bool:
        """Whether the partner is compared with itself: only then does the index tell of movement."""
        return self.drift.get("against") != "network"


Reader = Callable[[Iterable[int]], dict[int, list[Reading]]]
_readers: list[Reader] = []


def told_by(reader: Reader) -> Reader:
    """Register who knows the lists: given version numbers, the readings of each."""
    _readers.append(reader)
    return reader


def readings(versions: Iterable[int]) -> dict[int, list[Reading]]:
    wanted = list(versions)
    found: dict[int, list[Reading]] = {}
    for reader in _readers:
        for version, rows in reader(wanted).items():
            found.setdefault(version, []).extend(rows)
    return found


def worst(rows: Iterable[Reading]) -> float | None:
    """The largest index among lists whose partner is compared with itself; None when there is none."""
    return max((row.psi for row in rows if row.psi is not None and row.own), default=None)


def look(psi: float | None, *, own: bool = True) -> SafeString | str:
    """The index in words."""
    if psi is None:
        return NONE
    if not own and psi >= DRIFT[0]:
        return badge(_("unlike those it learned from"), look="note")
    if psi >= DRIFT[1]:
        return badge(_("moved far"), look="bad")
    return badge(_("moved"), look="note") if psi >= DRIFT[0] else badge(_("steady"), look="good")


def rule() -> str:
    return _(
        "Moved from a population stability index of %(moved)s, far from %(far)s, and only where the luck of the draw"
        " would not explain it (Siddiqi 2006; Yurdakul and Naranjo 2020). A partner too small at training is held"
        " against all partners then: that tells how unlike them it is, not that anything moved."
    ) % {"moved": f"{DRIFT[0]:g}", "far": f"{DRIFT[1]:g}"}


def words(drift: dict[str, Any]) -> str:
    """“Inputs moved: orders in 90 days: lower than at training (0.31)”, the worst first; empty when nothing moved."""
    named = [one for one in drift.get("named") or [] if isinstance(one, dict)]
    return "; ".join(f"{told(one)} ({one.get('psi', 0):.2f})" for one in named)


def table(rows: list[Reading]) -> Table:
    """One line a partner, the worst first."""
    known = sorted((row for row in rows if row.psi is not None), key=lambda row: -(row.psi or 0))
    lines = [
        [
            row.link,
            day(row.as_of),
            look(row.psi, own=row.own),
            f"{row.psi:.2f}",
            _("%(moved)s of %(features)s")
            % {"moved": whole(row.drift.get("moved")), "features": whole(row.drift.get("features"))},
            words(row.drift) or NONE,
        ]
        for row in known[:SHOWN]
    ]
    heads = [_("Partner"), _("As of"), _("Inputs"), _("Largest index"), _("Inputs that moved"), _("Which, and how")]
    none = _("Not known yet: no list that is shown now was made by this version with a record of its inputs.")
    return Table(_("Drift of the inputs in the lists shown now"), heads, lines, none)
