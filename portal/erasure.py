"""What the portal itself remembers of customers: requests that must not be done twice."""

from collections.abc import Collection

from partners.erasing.persons import Persons
from partners.models import Partner
from portal.models import IdempotentRequest
from predictions.models import Outcome


def forget(partner: Partner, customers: Collection[int], persons: Persons) -> None:
    """Requests that recorded something about them; a program that repeats one is told that there is no customer."""
    theirs = set(Outcome.objects.filter(customer__in=customers).values_list("pk", flat=True))
    rows = IdempotentRequest.objects.filter(api_key__partner=partner)
    gone = [
        row.pk
        for row in rows.iterator(chunk_size=2000)
        if (row.made == "outcome" and row.made_id in theirs) or persons.names(row.value)
    ]
    for start in range(0, len(gone), 500):
        IdempotentRequest.objects.filter(pk__in=gone[start : start + 500]).delete()
