"""The demo's headers are understood without help: what a person would otherwise have to correct by hand."""

from dataclasses import replace

import pytest

from partners.intake import mapping, read, sniff
from portal.demo import messy
from portal.demo.dresses import DRESSES
from portal.demo.files import write_partner
from portal.demo.partners import PARTNERS
from portal.demo.world import simulate
from tests.portal.demo.conftest import UNTIL

ATTRIBUTES = {"employees", "contract", "terms", "manager"}


@pytest.mark.parametrize("partner", PARTNERS, ids=lambda each: each.slug)
def test_every_header_finds_its_column(partner, tmp_path):
    world = simulate(until=UNTIL, partners=[replace(partner, customers=25)])
    for file in write_partner(world.partners[0], tmp_path):
        source = sniff.sniff(file.path, name=file.path.name)
        found = mapping.suggest(file.kind, source.columns, read.sample(file.path, source))
        meant = {header: name for name, header in DRESSES[partner.dress].headers[file.kind].items()}
        for match in found.matches:
            name = meant[match.source]
            if name in ATTRIBUTES:
                assert match.role == "attribute", (file.kind, match)
            else:
                assert (match.role, match.field) == ("field", name), (file.kind, match)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_messy_samples_header_is_found_below_its_title(language, tmp_path):
    path = tmp_path / "sales.csv"
    path.write_bytes(messy.sample(language, until=UNTIL))
    source = sniff.sniff(path, name=path.name)
    found = mapping.suggest("orders", source.columns, read.sample(path, source))
    fields = {match.field for match in found.matches if match.role == "field"}
    assert {"order_id", "date", "customer_id", "sku", "quantity", "price"} <= fields
