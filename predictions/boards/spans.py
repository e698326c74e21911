"""What the chances of a list of offers are chances of: a purchase within days, with the next order, or at all.

Data without true dates are judged without them (`evidence["split"]`); then no page may speak of days.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from predictions.models import Publication


@dataclass(frozen=True)
class Span:
    """split: "time" (within days), "last" (the next order) or "random" (products held out)."""

    split: str = "time"

    @property
    def timed(self) -> bool:
        return self.split not in ("last", "random")

    @property
    def chance(self) -> str:
        """Head of the column with the chances."""
        if self.split == "last":
            return _("Chance for the next order")
        return _("Chance for products held out") if self.split == "random" else _("Chance")

    @property
    def note(self) -> str:
        """Said once above a list; empty where chances are within days, as everywhere else."""
        if self.split == "last":
            return _(
                "Chances are for each customer’s next order, whenever it comes: this data tells no days to count in."
            )
        if self.split == "random":
            return _(
                "Chances are for products held out of what customers bought, not for a span of days: this data tells "
                "neither days nor an order."
            )
        return ""


def span(publication: Publication | None) -> Span:
    """Of the list that is shown; lists from before this was noted count in days."""
    return Span(str(publication.evidence.get("split") or "time")) if publication else Span()
