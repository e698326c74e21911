"""Names in a rule of the whole network: only such as several partners have, since every partner reads the rule."""

from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from partners.models import Customer, Partner, Product
from portal.kit.errors import Refusal
from predictions.models import OfferRule

LEAST = 5  # partners that have a name before it is known to the network
SHOWN = 8


def check(rule: OfferRule) -> None:
    """Spell the names as most partners do. Refusal for one that fewer than LEAST have: whose it is would be told.

    Where the network has fewer partners, what was written stands as it is, and is compared with nobody's data.
    """
    if Partner.objects.count() < LEAST:
        return
    products = Product._base_manager.filter(is_present=True)
    customers = Customer._base_manager.filter(is_present=True)
    for name, rows, columns in (
        ("sku", products, ("sku",)), ("category", products, ("category",)),
        ("segment", customers, ("segment", "industry")),
    ):  # fmt: skip
        if given := getattr(rule, name):
            setattr(rule, name, _spelled(given, rows, columns))


def _spelled(given: str, rows: QuerySet[Any], columns: tuple[str, ...]) -> str:
    for column in columns:
        same = rows.filter(**{f"{column}__iexact": given})
        if same.aggregate(n=Count("partner", distinct=True))["n"] >= LEAST:
            common = _shared(same, column).first()
            return str(common) if common else given
    known = [str(one) for column in columns for one in _shared(rows, column)[: SHOWN + 1]]
    listed = ", ".join(known[:SHOWN]) + (" …" if len(known) > SHOWN else "")
    said = _("Known are, among others: %(some)s.") % {"some": listed} if known else _("None is known yet.")
    told = _("A rule of the whole network names what at least %(least)s partners have, not “%(given)s”. %(known)s")
    raise Refusal(told % {"least": LEAST, "given": given, "known": said})


def _shared(rows: QuerySet[Any], column: str) -> QuerySet[Any]:
    """Spellings that LEAST partners use, the most usual first."""
    counted = rows.exclude(**{column: ""}).values(column).annotate(n=Count("partner", distinct=True))
    return counted.filter(n__gte=LEAST).order_by("-n", column).values_list(column, flat=True)
