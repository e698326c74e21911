"""Whom to pitch: the list of products, and one product with its ranking, its cut-off and its record."""

import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.urls import reverse
from django_scopes import scope
from pytest_django import DjangoAssertNumQueries

from predictions import offer_rules
from predictions.boards import offers, white_space
from predictions.boards import products as board
from predictions.models import Action, Outcome, Outlook, Publication, Recommendation
from tests.cast import CANARY, Cast
from tests.predictions.offering import crowded, filled, more_products

MOST_QUERIES = 15


def text(answer: Any) -> str:
    return re.sub(r"[ \n]+", " ", answer.content.decode())


@pytest.fixture
def listed(cast: Cast) -> Any:
    filled(cast)
    browser = cast.browser(cast.ada)
    return lambda query="": browser.get(reverse("offer-products", args=["alder"]) + query)


@pytest.fixture
def page(cast: Cast) -> Any:
    filled(cast)
    browser = cast.browser(cast.ada)
    return lambda query="", number=0: browser.get(
        reverse("offer-product", args=["alder", cast.products[number].pk]) + query
    )


def skus(answer: Any) -> list[str]:
    return [row.product.sku for row in answer.context["rows"]]


# -- the list of products ---------------------------------------------------------------------------------------


def test_products_stand_by_the_buyers_to_be_expected(listed: Any) -> None:
    answer = listed()
    assert skus(answer) == ["SKU-1", "SKU-2"]
    shown = text(answer)
    assert "Label printer" in shown
    assert "21" in shown
    assert "3.4" in shown
    assert "€2,520" in shown


@pytest.mark.lanes
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?sort=expected", ["SKU-2", "SKU-1"]),
        ("?sort=-worth", ["SKU-1", "SKU-2"]),
        ("?sort=product", ["SKU-1", "SKU-2"]),
        ("?category=Supplies", ["SKU-2"]),
        ("?q=printer", ["SKU-1"]),
        ("?q=SKU-2", ["SKU-2"]),
        ("?sort=price&q=%00&page=x", ["SKU-1", "SKU-2"]),
    ],
)
def test_products_can_be_filtered_and_sorted(listed: Any, query: str, found: list[str]) -> None:
    assert skus(listed(query)) == found


def test_a_product_without_a_price_is_worth_a_dash_and_stands_last(cast: Cast, listed: Any) -> None:
    with scope(partner=cast.alder):
        cast.products[0].price = None
        cast.products[0].save()
    assert skus(listed("?sort=-worth")) == ["SKU-2", "SKU-1"]
    assert skus(listed("?sort=worth")) == ["SKU-2", "SKU-1"]


def test_the_list_of_products_stays_within_its_queries(
    cast: Cast, listed: Any, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    listed()
    more_products(cast, 80)
    with django_assert_max_num_queries(MOST_QUERIES):
        assert len(skus(listed("?page=2"))) == 25


# -- one product ------------------------------------------------------------------------------------------------


def test_the_likeliest_buyer_stands_first_and_the_reason_beside(cast: Cast, page: Any) -> None:
    crowded(cast, 10)
    answer = page()
    assert [row.name for row in answer.context["rows"]][:2] == ["Cyan Ltd", "Numbered 0000"]
    assert "customers with a chance worth showing, of 100 considered" in text(answer)


def test_the_cut_off_is_said_in_people_and_money(cast: Cast, page: Any) -> None:
    crowded(cast, 40)
    shown = text(page("?top=20"))
    # 0.4 + 0.3 × (1 + 39/40 + … + 22/40) = 4.8175; 48 + 30 × … = 489.75
    assert "Pitch to the top 20: reaches 4.8 of the 21 buyers to be expected, worth €490" in shown
    assert "about 15 pitches in vain" in shown
    assert "20 → 4.8" in shown


def test_the_cut_off_can_be_set_without_script_and_keeps_the_view(cast: Cast, page: Any) -> None:
    crowded(cast, 40)
    shown = text(page("?kind=new&sort=-value&top=7"))
    assert '<input id="top" name="top" type="number" min="1" max="41" value="7">' in shown
    assert '<input type="hidden" name="sort" value="-value">' in shown
    assert '<input type="hidden" name="kind" value="new">' in shown


@pytest.mark.parametrize("top", ["", "0", "-3", "x", "%00", "999999", "1e3", "٣"])
def test_a_cut_off_that_cannot_be_is_one_that_can(cast: Cast, page: Any, top: str) -> None:
    crowded(cast, 10)
    assert 1 <= page(f"?top={top}").context["cut"].top <= 11


def test_without_a_cut_off_half_of_the_buyers_are_reached(cast: Cast, page: Any) -> None:
    crowded(cast, 40)
    cut = page().context["cut"]
    assert sum(cut.chances[: cut.top - 1]) < sum(cut.chances) / 2 <= cut.reached


def test_rows_beyond_the_cut_off_are_set_off(cast: Cast, page: Any) -> None:
    crowded(cast, 10)
    assert page("?top=4").content.decode().count('class="is-beyond"') == 7


def test_ranked_by_value_the_curve_follows_the_ranking(cast: Cast, page: Any) -> None:
    crowded(cast, 3)
    with scope(partner=cast.alder):
        Recommendation.objects.filter(customer__external_id="N-0002").update(expected_value=900.0)
    answer = page("?sort=-value&top=1")
    assert answer.context["rows"][0].name == "Numbered 0002"
    assert answer.context["cut"].worth == 900.0
    assert answer.context["cut"].chances[0] == pytest.approx(0.1)


def test_picking_blindly_is_never_better_than_what_is_expected_at_all(page: Any) -> None:
    cut = page("?top=1").context["cut"]
    assert cut.at_random == pytest.approx(0.21)


def test_what_is_bought_together_is_counted_and_leads_on(cast: Cast, page: Any) -> None:
    shown = text(page())
    assert "34 of its 120 buyers bought this too" in shown
    assert reverse("offer-product", args=["alder", cast.products[1].pk]) in shown
    assert "GONE" in shown


def test_offers_made_are_counted_by_what_came_of_them(cast: Cast, page: Any) -> None:
    about = {"partner": cast.alder, "product": cast.products[0], "on": date(2026, 10, 5)}
    one, two, three = cast.customers
    with scope(partner=cast.alder):
        for customer in (one, two, three):
            Action.objects.create(kind="offered", customer=customer, **about)
        Action.objects.create(kind="offered", customer=one, **about)
        Outcome.objects.create(verdict="accepted", customer=one, **about)
        Outcome.objects.create(verdict="bought", customer=one, **about)
        Outcome.objects.create(verdict="wrong_product", customer=two, **about)
    answer = page()
    record = answer.context["record"]
    assert (record.bought, record.accepted, record.refused, record.open) == (1, 0, 1, 1)
    assert record.rate == 0.5
    assert "Offered to 3 customers." in text(answer)
    assert "50\u202f% of those who answered took it" in text(answer)


def test_who_refused_is_not_pitched_again(cast: Cast, page: Any) -> None:
    there = reverse("record", args=["alder", cast.customers[0].pk])
    cast.browser(cast.ada).post(there, {"verdict": "wrong_product", "because": "has_it", "sku": "SKU-1"})
    assert page().context["rows"] == []


def test_a_product_that_a_rule_bars_says_so_and_shows_no_numbers(cast: Cast, page: Any) -> None:
    offer_rules.add(cast.alder, by=None, kind="exclude", category="printers")
    shown = text(page())
    assert "A rule made since bars this product" in shown
    assert "Clear all filters" not in shown
    assert "Buyers to be expected" not in shown
    assert skus(cast.browser(cast.ada).get(reverse("offer-products", args=["alder"]))) == ["SKU-2"]
    assert "Buyers to be expected" in text(page(number=1))


def test_a_ranking_that_refusals_or_rules_have_emptied_speaks_of_no_filters(cast: Cast, page: Any) -> None:
    offer_rules.add(cast.alder, by=None, kind="unsuitable", sku="SKU-1", segment="SMB")
    shown = text(page())
    assert "No customer is left to pitch it to" in shown
    assert "Clear all filters" not in shown
    assert "Clear all filters" in text(page("?band=educate"))


@pytest.mark.parametrize(
    ("split", "head"), [("last", "Chance for the next order"), ("random", "Chance for products held out")]
)
def test_chances_by_data_without_true_dates_are_not_said_to_be_within_days(
    cast: Cast, page: Any, split: str, head: str
) -> None:
    browser = cast.browser(cast.ada)
    places = [reverse(name, args=["alder"]) for name in ("recommendations", "offer-products")]
    places.append(reverse("customer", args=["alder", cast.customers[0].pk]))
    assert re.search(r"within \d+ days", text(browser.get(places[1])))
    assert "within a year" in text(page())
    assert "Chances are for" not in text(page())
    Publication._base_manager.filter(pk=cast.offers.pk).update(evidence={"split": split})
    for answer in (page(), *map(browser.get, places)):
        shown = text(answer)
        assert "Chances are for" in shown
        assert not re.search(r"within (a year|\d+ days)", shown)
    assert head in text(page())
    assert head in text(browser.get(places[0]))


def test_a_product_no_run_has_offered_says_so(cast: Cast, page: Any) -> None:
    with scope(partner=cast.alder):
        Outlook.objects.filter(product=cast.products[1]).delete()
    answer = page(number=1)
    assert answer.status_code == 200
    assert "Nobody to pitch it to" in text(answer)


def test_before_the_first_offers_the_product_leads_to_the_list(cast: Cast) -> None:
    there = reverse("offer-product", args=["alder", cast.products[0].pk])
    assert cast.browser(cast.ada).get(there).status_code == 302
    assert "Start with your data" in text(cast.browser(cast.ada).get(reverse("offer-products", args=["alder"])))


def test_a_viewer_reads_numbers_instead_of_names_and_no_buttons(cast: Cast) -> None:
    filled(cast)
    answer = cast.browser(cast.vic).get(reverse("offer-product", args=["alder", cast.products[0].pk]))
    assert [row.name for row in answer.context["rows"]] == ["C-1"]
    assert "formaction" not in text(answer)
    assert "Export" not in text(answer)


def test_another_partners_product_is_missing(cast: Cast) -> None:
    filled(cast)
    there = reverse("offer-product", args=["alder", cast.foreign_product.pk])
    answer = cast.browser(cast.ada).get(there)
    assert answer.status_code == 404
    assert CANARY not in text(answer)


def test_a_product_page_stays_within_its_queries(
    cast: Cast, page: Any, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    page()
    crowded(cast, 120)
    with django_assert_max_num_queries(MOST_QUERIES):
        page("?top=40&page=2")


def test_the_curve_reads_few_rows_of_a_product_everybody_is_offered(
    cast: Cast, page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board, "MOST", 20)
    crowded(cast, 60)
    cut = page("?top=50").context["cut"]
    assert (cut.top, len(cut.chances)) == (20, 20)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL reads tables this small without an index")
def test_lists_are_read_by_their_index_and_never_sorted_as_a_whole(cast: Cast) -> None:
    publication = filled(cast)
    crowded(cast, 60)
    with scope(partner=cast.alder):
        settings, asked = offer_rules.settings_of(cast.alder), QueryDict("")
        listed = offers.matching(
            publication, offers.listing(asked, personal=True, settings=settings), personal=True, settings=settings
        )
        ranked = board.customers(publication, cast.products[0], board.ranking(asked), [], settings)
        matrix = white_space.matching(
            publication, white_space.listing(asked, publication, personal=True), personal=True, settings=settings
        )
        plans = [rows[:25].explain() for rows in (listed, ranked, matrix)]
    for plan, index in zip(plans, ("offer_by_chance", "offer_by_product", "prospect_by_value"), strict=True):
        assert f"USING INDEX {index}" in plan
        assert "TEMP B-TREE" not in plan
