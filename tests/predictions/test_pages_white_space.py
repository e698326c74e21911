"""White space: what is in a cell, who stands in which field, and the way from a segment to its customers."""

import re
from typing import Any

import pytest
from django.urls import reverse
from django_scopes import scope
from pytest_django import DjangoAssertNumQueries

from partners.models import Customer, Product
from predictions.models import OfferRule, OfferSettings, Prospect, Publication
from tests.cast import CANARY, Cast
from tests.predictions.offering import crowded, filled, more_products

MOST_QUERIES = 15


def text(answer: Any) -> str:
    return re.sub(r"[ \n]+", " ", answer.content.decode())


def names(answer: Any) -> list[str]:
    return [row.name for row in answer.context["rows"]]


def states(answer: Any) -> dict[str, list[str]]:
    return {row.name: [cell.state for cell in row.cells] for row in answer.context["rows"]}


@pytest.fixture
def page(cast: Cast) -> Any:
    filled(cast)
    browser = cast.browser(cast.ada)
    return lambda query="": browser.get(reverse("white-space", args=["alder"]) + query)


# -- the matrix of customers ------------------------------------------------------------------------------------


def test_cells_say_owned_opportunity_or_nothing(page: Any) -> None:
    answer = page()
    assert [*answer.context["columns"].shown] == ["Supplies", "Printers"]
    assert states(answer) == {
        "Cyan Ltd": ["owned", "opportunity"],
        "Dune GmbH": ["opportunity", "owned"],
        "Echo SA": ["opportunity", "nothing"],
    }
    shown = text(answer)
    assert "Owned" in shown
    assert "40\u202f%" in shown
    assert "€48" in shown


def test_a_category_owned_can_still_be_sold_more_of(page: Any) -> None:
    assert "more: 20\u202f%" in text(page())


def test_the_best_cell_of_a_row_is_said_in_words_too(cast: Cast, page: Any) -> None:
    with scope(partner=cast.alder):
        Prospect.objects.filter(customer=cast.customers[2]).update(
            opportunities={"Supplies": [0.1, 5.0], "Printers": [0.05, 60.0]}
        )
    (row,) = [row for row in page().context["rows"] if row.name == "Echo SA"]
    assert [cell.best for cell in row.cells] == [False, True]
    assert "the best of the row" in text(page())


def test_customers_stand_by_expected_value_and_the_unknown_last(page: Any) -> None:
    assert names(page()) == ["Cyan Ltd", "Dune GmbH", "Echo SA"]
    assert names(page("?sort=value")) == ["Dune GmbH", "Cyan Ltd", "Echo SA"]
    assert names(page("?sort=-customer")) == ["Echo SA", "Dune GmbH", "Cyan Ltd"]


@pytest.mark.lanes
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?band=act", ["Cyan Ltd"]),
        ("?band=nurture", ["Dune GmbH"]),
        ("?band=educate", ["Echo SA"]),
        ("?band=evaluate", []),
        ("?category=Supplies&cell=owned", ["Cyan Ltd"]),
        ("?category=Supplies&cell=opportunity", ["Dune GmbH", "Echo SA"]),
        ("?category=Printers&cell=opportunity", ["Cyan Ltd"]),
        ("?segment=SMB", ["Cyan Ltd", "Dune GmbH", "Echo SA"]),
        ("?segment=-", []),
        ("?q=dune", ["Dune GmbH"]),
    ],
)
def test_the_matrix_can_be_filtered(page: Any, query: str, found: list[str]) -> None:
    assert names(page(query)) == found if "rows" in page(query).context else found == []


@pytest.mark.lanes
@pytest.mark.parametrize(
    "query", ["?band=x", "?category=%00", "?cell=owned", "?columns=999", "?columns=x", "?columns=0", "?by=nobody",
              "?sort=opportunities", "?segment=Atlantis", "?page=-1"],
)  # fmt: skip
def test_an_address_with_nonsense_still_opens(page: Any, query: str) -> None:
    assert page(query).status_code == 200


@pytest.mark.lanes
def test_a_category_with_any_name_can_be_asked_for(cast: Cast, page: Any) -> None:
    odd = 'Drucker "A&B"\' 打印机 $.x[0]'
    with scope(partner=cast.alder):
        Prospect.objects.filter(customer=cast.customers[2]).update(owned=[odd])
        Prospect.objects.filter(customer=cast.customers[1]).update(opportunities={odd: [0.5, 5.0]})
        told = {"categories": [odd], "segments": {"SMB": {"customers": 3, "cells": {odd: [1, 1, 0.5, 5.0]}}}}
        Publication.objects.update(evidence={"white_space": told})
    browser, there = cast.browser(cast.ada), reverse("white-space", args=["alder"])
    assert names(browser.get(there, {"category": odd, "cell": "owned"})) == ["Echo SA"]
    assert names(browser.get(there, {"category": odd, "cell": "opportunity"})) == ["Dune GmbH"]
    (link, *_rest) = re.findall(r'href="([^"]*cell=opportunity[^"]*)"', page("?by=segments").content.decode())
    assert names(browser.get(link.replace("&amp;", "&"))) == ["Dune GmbH"]


def test_an_opportunity_leads_to_the_offers_behind_it(cast: Cast, page: Any) -> None:
    (link, *_rest) = re.findall(r'href="([^"]*customer=C-1[^"]*)"', page().content.decode())
    answer = cast.browser(cast.ada).get(link.replace("&amp;", "&"))
    assert [row.offer.product.sku for row in answer.context["rows"]] == ["SKU-1"]


def test_categories_that_do_not_fit_are_on_further_pages_of_columns(cast: Cast, page: Any) -> None:
    with scope(partner=cast.alder):
        kinds = [f"Kind {n:02}" for n in range(19)]
        Publication.objects.update(evidence={"white_space": {"categories": kinds, "segments": {}}})
    answer = page()
    assert [*answer.context["columns"].shown] == kinds[:8]
    assert "Categories 1–8 of 19, largest first" in text(answer)
    assert [*page("?columns=3").context["columns"].shown] == kinds[16:]
    assert page("?category=Kind+18").context["columns"].shown[0] == "Kind 18"


def test_a_rule_makes_a_cell_unsuitable_whatever_the_model_says(cast: Cast, page: Any) -> None:
    with scope(partner=cast.alder):
        OfferRule.objects.create(partner=cast.alder, kind="unsuitable", category="Supplies", segment="SMB")
        OfferRule.objects.create(partner=cast.alder, kind="exclude", sku="SKU-1", category="Printers")
        OfferRule.objects.create(partner=cast.alder, kind="exclude", category="Printers", active=False)
    assert states(page())["Dune GmbH"] == ["unsuitable", "owned"]
    assert states(page())["Cyan Ltd"] == ["owned", "opportunity"]
    assert "Unsuitable" in text(page())


def test_a_rule_of_the_network_holds_here_and_one_of_another_partner_does_not(cast: Cast, page: Any) -> None:
    OfferRule._base_manager.create(partner=cast.birch, kind="exclude", category="Supplies")
    assert states(page())["Dune GmbH"][0] == "opportunity"
    OfferRule._base_manager.create(partner=None, kind="exclude", category="Supplies")
    assert states(page())["Dune GmbH"][0] == "unsuitable"


def test_without_categories_the_page_says_what_to_send_and_still_ranks_customers(cast: Cast, page: Any) -> None:
    with scope(partner=cast.alder):
        Product.objects.update(category="")
        Prospect.objects.update(owned=[], opportunities={})
        told = {"categories": [], "segments": {"SMB": {"customers": 3, "cells": {}}}}
        Publication.objects.update(evidence={"white_space": told})
    answer = page()
    assert names(answer) == ["Cyan Ltd", "Dune GmbH", "Echo SA"]
    assert "Send a products file with a column for the category" in text(answer)
    assert "90\u202f%" in text(answer)
    assert names(page("?sort=intent")) == ["Dune GmbH", "Echo SA", "Cyan Ltd"]
    assert "Send a products file" in text(page("?by=segments"))
    assert "Send a products file" not in text(cast.browser(cast.vic).get(reverse("white-space", args=["alder"])))


def test_in_a_small_range_without_categories_each_product_stands_for_itself(cast: Cast, page: Any) -> None:
    with scope(partner=cast.alder):
        Product.objects.update(category="")
        Prospect.objects.update(owned=[], opportunities={"Label printer": [0.4, 48.0]})
        Publication.objects.update(evidence={"white_space": {"categories": ["Label printer"], "segments": {}}})
    (link, *_rest) = re.findall(r'href="([^"]*customer=C-1[^"]*)"', page().content.decode())
    answer = cast.browser(cast.ada).get(link.replace("&amp;", "&"))
    assert [row.offer.product.sku for row in answer.context["rows"]] == ["SKU-1"]


# -- segments ---------------------------------------------------------------------------------------------------


def test_segments_say_how_many_own_and_how_many_could(page: Any) -> None:
    answer = page("?by=segments")
    assert [row.name for row in answer.context["rows"]] == ["SMB", ""]
    shown = text(answer)
    assert "1 of 3 own it" in shown
    assert "2 customers" in shown
    assert "€90" in shown
    assert "No segment" in shown


def test_a_segment_cell_leads_to_the_customers_behind_it(cast: Cast, page: Any) -> None:
    links = re.findall(r'href="([^"]*category=Supplies[^"]*)"', page("?by=segments").content.decode())
    answer = cast.browser(cast.ada).get(links[0].replace("&amp;", "&"))
    assert names(answer) == ["Dune GmbH", "Echo SA"]
    assert {chip["key"] for chip in answer.context["chips"]} == {"segment", "category", "cell"}


def test_customers_behind_a_category_stand_by_what_they_would_bring_there(cast: Cast, page: Any) -> None:
    with scope(partner=cast.alder):
        Prospect.objects.filter(customer=cast.customers[2]).update(opportunities={"Supplies": [0.1, 700.0]})
    behind = "?category=Supplies&cell=opportunity"
    assert names(page(behind)) == ["Echo SA", "Dune GmbH"]
    assert names(page(f"{behind}&sort=-value")) == ["Dune GmbH", "Echo SA"]
    assert 'class="is-first" aria-sort="descending">Supplies' in text(page(behind))


def test_a_customer_without_a_segment_is_found_behind_its_cell(cast: Cast, page: Any) -> None:
    with scope(partner=cast.alder):
        Customer.objects.filter(external_id="C-3").update(segment="")
    assert names(page("?segment=-&category=Supplies&cell=opportunity")) == ["Echo SA"]


# -- fit and intent ---------------------------------------------------------------------------------------------


def test_the_four_fields_count_people_and_money(page: Any) -> None:
    fields = {field.key: (field.customers, field.money) for field in page().context["fields"]}
    assert fields == {"act": (1, 72.0), "evaluate": (0, None), "nurture": (1, 9.0), "educate": (1, None)}
    shown = text(page())
    assert "Act now" in shown
    assert "how like your best customers" in shown


def test_the_fields_follow_the_partners_own_thresholds(cast: Cast, page: Any) -> None:
    with scope(partner=cast.alder):
        OfferSettings.objects.create(partner=cast.alder, fit_from=0.1, intent_from=0.25)
    fields = {field.key: field.customers for field in page().context["fields"]}
    assert fields == {"act": 2, "evaluate": 0, "nurture": 1, "educate": 0}
    assert names(page("?band=act")) == ["Cyan Ltd", "Echo SA"]


def test_the_band_of_a_row_and_the_band_asked_for_agree(cast: Cast, page: Any) -> None:
    crowded(cast, 40)
    for band in ("act", "evaluate", "nurture", "educate"):
        rows = page(f"?band={band}").context.get("rows", [])
        assert {row.band for row in rows} <= {band}


def test_the_list_of_offers_knows_the_fields_too(cast: Cast, page: Any) -> None:
    assert page().status_code == 200
    browser, there = cast.browser(cast.ada), reverse("recommendations", args=["alder"])
    assert len(browser.get(there + "?band=act").context["rows"]) == 2
    assert browser.get(there + "?band=nurture").context["rows"] == []


# -- states, rights, cost ---------------------------------------------------------------------------------------


def test_without_data_the_page_says_how_to_start(cast: Cast) -> None:
    assert "Start with your data" in text(cast.browser(cast.ada).get(reverse("white-space", args=["alder"])))


def test_industries_stand_for_segments_where_the_data_have_none(cast: Cast, page: Any) -> None:
    with scope(partner=cast.alder):
        Customer.objects.update(segment="", industry="Retail")
    assert names(page("?segment=Retail&category=Supplies&cell=opportunity")) == ["Dune GmbH", "Echo SA"]
    there = reverse("recommendations", args=["alder"])
    assert len(cast.browser(cast.ada).get(there + "?segment=Retail").context["rows"]) == 2


@pytest.mark.parametrize("by", ["customers", "segments"])
def test_offers_of_an_older_run_say_when_white_space_will_come(cast: Cast, by: str) -> None:
    assert cast.offers
    shown = text(cast.browser(cast.ada).get(reverse("white-space", args=["alder"]) + f"?by={by}"))
    assert "The next run fills this page in" in shown


def test_without_the_right_nobody_reads_names(cast: Cast) -> None:
    filled(cast)
    answer = cast.browser(cast.vic).get(reverse("white-space", args=["alder"]))
    assert names(answer) == ["C-1", "C-2", "C-3"]
    assert "Cyan" not in text(answer)


def test_another_partner_sees_nothing_of_it(cast: Cast) -> None:
    filled(cast)
    assert cast.foreign_customer
    assert cast.browser(cast.olga).get(reverse("white-space", args=["alder"])).status_code == 404
    assert CANARY not in text(cast.browser(cast.ada).get(reverse("white-space", args=["alder"])))


@pytest.mark.parametrize(
    "query", ["?segment=SMB&category=Supplies&cell=opportunity", "?band=act&q=Numbered", "?by=segments"]
)
def test_a_page_costs_the_same_few_queries_however_many_customers(
    cast: Cast, page: Any, query: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    page(query)
    crowded(cast, 120)
    more_products(cast, 60)
    with django_assert_max_num_queries(MOST_QUERIES):
        page(query)


def test_a_matrix_has_twenty_five_customers_a_page(cast: Cast, page: Any) -> None:
    crowded(cast, 60)
    assert [len(page(f"?page={n}").context["rows"]) for n in (1, 2, 3)] == [25, 25, 13]


def test_it_opens_in_chinese(cast: Cast) -> None:
    filled(cast)
    browser = cast.browser(cast.ada)
    browser.cookies["django_language"] = "zh-hans"
    answer = browser.get(reverse("white-space", args=["alder"]))
    assert answer.status_code == 200
    assert 'lang="zh-Hans"' in text(answer)
