"""Names in rules of the whole network come from many partners or from nobody."""

import pytest

from partners.models import Customer, Partner, Product
from portal.kit.errors import Refusal
from predictions import offer_names, offer_rules
from tests.cast import Cast


def network(cast: Cast) -> None:
    """Five partners sell the cable and have shops; one of them alone sells a secret and serves a secret segment."""
    partners = [cast.alder, cast.birch, *(Partner.objects.create(slug=f"p{n}", name=f"P {n}") for n in range(3))]
    for number, partner in enumerate(partners):
        sku, kind = ("Cable-1", "Cables") if number else ("CABLE-1", "cables")
        Product._base_manager.create(partner=partner, sku=sku, category=kind)
        Customer._base_manager.create(partner=partner, external_id=f"S-{number}", segment="", industry="Retail")
    Product._base_manager.create(partner=cast.birch, sku="SECRET-9", category="Secrets")
    Customer._base_manager.create(partner=cast.birch, external_id="S-9", segment="Secret Service")


def test_in_a_small_network_what_was_written_is_compared_with_nobodys_data(cast: Cast) -> None:
    assert cast.products
    assert Partner.objects.count() < offer_names.LEAST
    rule = offer_rules.add(None, by=None, kind="unsuitable", sku="sku-1", category="PRINTERS", segment="whoever")
    assert (rule.sku, rule.category, rule.segment) == ("sku-1", "PRINTERS", "whoever")


def test_a_name_that_five_partners_have_stands_as_it_was_meant(cast: Cast) -> None:
    network(cast)
    rule = offer_rules.add(None, by=None, kind="unsuitable", sku="cable-1", category="CABLES", segment="retail")
    assert (rule.sku, rule.category) == ("cable-1", "CABLES")  # no one spelling is shared by five
    assert rule.segment == "Retail"


@pytest.mark.parametrize(
    "fields", [{"sku": "secret-9"}, {"category": "Secrets"}, {"sku": "Cable-1", "segment": "Secret Service"}]
)
def test_a_name_of_one_partner_is_refused_and_no_other_name_of_one_is_told(cast: Cast, fields: dict[str, str]) -> None:
    network(cast)
    with pytest.raises(Refusal) as refused:
        offer_rules.add(None, by=None, kind="unsuitable" if "segment" in fields else "exclude", **fields)
    said = refused.value.sentence
    assert "at least 5 partners" in said
    assert "SECRET-9" not in said
    assert ("Retail" in said) == ("segment" in fields)
