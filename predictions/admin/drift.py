"""What the lists shown now tell of drift, for the desk of models below."""

from collections.abc import Iterable

from django.utils.safestring import SafeString

from portal.kit.admin import row_link
from predictions.models import Pointer, Publication
from training.admin import drifts
from training.admin.drifts import Reading, told_by


@told_by
def shown(versions: Iterable[int]) -> dict[int, list[Reading]]:
    """By model version: one reading for each partner that is shown a list made by it. One query."""
    rows = Pointer.objects.filter(publication__version_id__in=list(versions)).select_related("publication", "partner")
    found: dict[int, list[Reading]] = {}
    for row in rows.order_by("partner__name"):
        made = row.publication
        drift = made.evidence.get("drift") if isinstance(made.evidence, dict) else None
        if isinstance(drift, dict) and drift:
            reading = Reading(row_link(made, row.partner), made.as_of, drift)
            found.setdefault(made.version_id, []).append(reading)
    return found


def look(publication: Publication) -> SafeString | str:
    """Whether this list's inputs moved, as a badge."""
    found = publication.evidence.get("drift") or {}
    return drifts.look(found.get("psi"), own=found.get("against") != "network")
