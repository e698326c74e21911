"""What a run leaves beside the offers: prospects, outlooks and the counts of white space, written by hand."""

from typing import Any

from django_scopes import scope

from partners.models import Customer, Product
from predictions.models import Outlook, Prospect, Publication, Recommendation
from tests.cast import Cast

WHITE_SPACE = {
    "categories": ["Supplies", "Printers"],
    "segments": {
        "SMB": {"customers": 3, "cells": {"Supplies": [1, 2, 0.3, 90.0], "Printers": [1, 1, 0.4, 48.0]}},
        "": {"customers": 1, "cells": {"Supplies": [0, 1, 0.1, None]}},
    },
}


def filled(cast: Cast) -> Publication:
    """Alder's offers with everything beside them: Cyan to act on, Dune to nurture, Echo to educate."""
    made = cast.offers
    rows = [
        (0.9, 0.8, 72.0, ["Supplies"], {"Printers": [0.4, 48.0], "Supplies": [0.2, 24.0]}),
        (0.7, 0.1, 9.0, ["Printers"], {"Supplies": [0.3, 9.0]}),
        (0.2, 0.3, None, [], {"Supplies": [0.1, None]}),
    ]
    with scope(partner=cast.alder):
        for customer, (fit, intent, value, owned, could) in zip(cast.customers, rows, strict=True):
            Prospect.objects.create(
                partner=cast.alder, publication=made, customer=customer, fit=fit, intent=intent,
                expected_value=value, owned=owned, opportunities=could,
            )  # fmt: skip
        goes_with = [{"sku": "SKU-2", "both": 34, "buyers": 120}, {"sku": "GONE", "both": 3, "buyers": 9}]
        for product, expected in zip(cast.products, (21.0, 3.4), strict=True):
            Outlook.objects.create(
                partner=cast.alder, publication=made, product=product, expected=expected, candidates=100, owners=12,
                buyers=7, goes_with=goes_with if expected > 20 else [],
            )  # fmt: skip
        Publication.objects.filter(pk=made.pk).update(evidence={"white_space": WHITE_SPACE})
    made.refresh_from_db()
    return made


def crowded(cast: Cast, count: int, *, product: int = 0, segment: str = "SMB") -> None:
    """So many more customers, each with an offer of one product and a row of white space; chances fall evenly."""
    made, sold = cast.offers, cast.products[product]
    with scope(partner=cast.alder):
        customers = Customer.objects.bulk_create(
            Customer(partner=cast.alder, external_id=f"N-{n:04}", name=f"Numbered {n:04}", segment=segment)
            for n in range(count)
        )
        common: dict[str, Any] = {"partner": cast.alder, "publication": made}
        Recommendation.objects.bulk_create(
            Recommendation(
                customer=one, product=sold, rank=1, score=0.3, probability=0.3 * (1 - n / count),
                expected_value=30.0 * (1 - n / count), reason={}, **common,
            )
            for n, one in enumerate(customers)
        )  # fmt: skip
        Prospect.objects.bulk_create(
            Prospect(
                customer=one, fit=n / count, intent=1 - n / count, expected_value=float(n), owned=[],
                opportunities={sold.category: [0.2, float(n)]}, **common,
            )
            for n, one in enumerate(customers)
        )  # fmt: skip


def more_products(cast: Cast, count: int) -> None:
    with scope(partner=cast.alder):
        products = Product.objects.bulk_create(
            Product(partner=cast.alder, sku=f"P-{n:03}", name=f"Part {n:03}", category=f"Kind {n % 20:02}", price=2.0)
            for n in range(count)
        )
        Outlook.objects.bulk_create(
            Outlook(
                partner=cast.alder, publication=cast.offers, product=one, expected=n / 10, candidates=50, owners=n,
                buyers=n // 2,
            )
            for n, one in enumerate(products)
        )  # fmt: skip
