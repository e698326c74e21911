"""The lists: who may leave and what to offer, as people see, steer and export them."""

import csv
import io
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope
from pytest_django import DjangoAssertNumQueries

from partners.models import Customer
from predictions import offer_rules
from predictions.boards import churn as board
from predictions.models import Action, Outcome, Recommendation, Score
from tests.cast import CANARY, Cast
from tests.predictions.offering import crowded, filled

MOST_QUERIES = 15


def text(answer: Any) -> str:
    return re.sub(r"[ \n]+", " ", answer.content.decode())


def names(answer: Any) -> list[str]:
    return [row.name for row in answer.context["rows"]]


def many(cast: Cast, count: int) -> None:
    """Alder's list with this many more customers, evenly spread chances, money falling with the number."""
    made = cast.churn
    with scope(partner=cast.alder):
        customers = Customer.objects.bulk_create(
            Customer(
                partner=cast.alder,
                external_id=f"M-{n:04}",
                name=f"Many {n:04}",
                segment="Enterprise" if n % 2 else "SMB",
                region="South",
            )
            for n in range(count)
        )
        Score.objects.bulk_create(
            Score(
                partner=cast.alder,
                publication=made,
                customer=customer,
                rank=10 + n,
                probability=(n % 100) / 100,
                band="high" if n % 100 >= 60 else "low",
                money=1000.0 - n,
                reasons=[{"code": "silent", "sign": 1, "values": {"gap": 21, "silence": 74}}],
            )
            for n, customer in enumerate(customers)
        )


@pytest.fixture
def churn_page(cast: Cast) -> Any:
    assert cast.churn
    browser = cast.browser(cast.ada)
    return lambda query="": browser.get(reverse("churn", args=["alder"]) + query)


def test_the_list_shows_who_leaves_first_and_keeps_the_gone_out(churn_page: Any) -> None:
    answer = churn_page()
    assert answer.status_code == 200
    assert names(answer) == ["Cyan Ltd", "Dune GmbH"]
    assert "Echo SA" not in text(answer)
    assert "1 already gone, kept out" in text(answer)


def test_a_row_says_band_number_money_reason_and_next_step(churn_page: Any) -> None:
    shown = text(churn_page())
    assert "High" in shown
    assert "82\u202f%" in shown
    assert "€7,380" in shown
    assert "+5 points since last run" in shown
    assert "Nothing done yet" in shown
    assert "Called" in shown


def test_the_list_says_how_old_it_is(churn_page: Any) -> None:
    shown = text(churn_page())
    assert "Data up to 30 Sep 2026" in shown
    assert "Model of 1 Oct 2026" in shown


def test_the_totals_speak_of_people_and_money(churn_page: Any) -> None:
    totals = churn_page().context["totals"]
    assert totals["count"] == 2
    assert totals["expected"] == pytest.approx(0.93)
    assert totals["money"] == pytest.approx(7435)
    assert totals["high"] == 1


@pytest.mark.lanes
@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("?band=high", ["Cyan Ltd"]),
        ("?band=low", ["Dune GmbH"]),
        ("?q=dune", ["Dune GmbH"]),
        ("?q=C-1", ["Cyan Ltd"]),
        ("?segment=SMB&region=North", ["Cyan Ltd", "Dune GmbH"]),
        ("?gone=1", ["Echo SA"]),
        ("?sort=chance", ["Dune GmbH", "Cyan Ltd"]),
        ("?sort=-chance", ["Cyan Ltd", "Dune GmbH"]),
        ("?sort=customer", ["Cyan Ltd", "Dune GmbH"]),
        ("?sort=-customer", ["Dune GmbH", "Cyan Ltd"]),
        ("?sort=money", ["Dune GmbH", "Cyan Ltd"]),
        ("?sort=-last", ["Dune GmbH", "Cyan Ltd"]),
    ],
)
def test_the_list_can_be_filtered_and_sorted(churn_page: Any, query: str, shown: list[str]) -> None:
    assert sorted(names(churn_page(query))) == sorted(shown)
    if "sort" in query and "last" not in query:
        assert names(churn_page(query)) == shown


@pytest.mark.lanes
@pytest.mark.parametrize("query", ["?sort=change", "?sort=-change", "?sort=last", "?sort=-last"])
def test_customers_with_nothing_to_sort_by_stand_last_either_way(cast: Cast, churn_page: Any, query: str) -> None:
    with scope(partner=cast.alder):
        Score.objects.filter(customer=cast.customers[0]).update(change=None)
        Customer.objects.filter(pk=cast.customers[0].pk).update(last_order_on=None)
    assert names(churn_page(query)) == ["Dune GmbH", "Cyan Ltd"]


@pytest.mark.lanes
@pytest.mark.parametrize(
    "query",
    [
        "?band=purple", "?sort=password", "?page=999", "?page=x", "?region=Atlantis", "?segment=%00", "?q=%25%27--",
        "?q=%00", "?page=%00", "?sort=%00",
    ],
)  # fmt: skip
def test_an_address_with_nonsense_still_opens(churn_page: Any, query: str) -> None:
    assert churn_page(query).status_code == 200


def test_a_search_for_a_name_with_a_nul_in_it_is_a_search_for_the_name(churn_page: Any) -> None:
    assert names(churn_page("?q=Cy%00an")) == ["Cyan Ltd"]


def test_filters_in_force_are_chips_that_can_be_removed(churn_page: Any) -> None:
    answer = churn_page("?band=high&region=North")
    assert [chip["label"] for chip in answer.context["chips"]] == ["Chance: High", "Region: North"]
    assert 'class="chip" href="?region=North"' in text(answer)


def test_a_list_without_matches_offers_the_way_back(churn_page: Any) -> None:
    shown = text(churn_page("?band=medium"))
    assert "No customer matches" in shown
    assert "Clear all filters" in shown


def test_a_customer_who_is_gone_is_explained_not_just_missing(churn_page: Any) -> None:
    assert "had already gone when the list was made" in text(churn_page("?q=Echo"))


def test_a_customer_without_a_score_is_explained(cast: Cast, churn_page: Any) -> None:
    with scope(partner=cast.alder):
        Customer.objects.create(partner=cast.alder, external_id="C-9", name="Fern Ltd")
    assert "Known, but not scored" in text(churn_page("?q=Fern"))


def test_the_second_page_goes_on_where_the_first_ended(cast: Cast, churn_page: Any) -> None:
    many(cast, 60)
    first, second, third = (names(churn_page(f"?page={n}")) for n in (1, 2, 3))
    assert [len(first), len(second), len(third)] == [25, 25, 12]
    assert len({*first, *second, *third}) == 62
    assert "page=2" in text(churn_page("?sort=customer"))


def test_a_page_costs_the_same_few_queries_however_long_the_list(
    cast: Cast, churn_page: Any, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    churn_page()
    many(cast, 120)
    with django_assert_max_num_queries(MOST_QUERIES):
        churn_page("?segment=SMB&status=open&sort=-chance&page=2")


def test_without_the_right_nobody_reads_names(cast: Cast) -> None:
    assert cast.churn
    answer = cast.browser(cast.vic).get(reverse("churn", args=["alder"]))
    assert names(answer) == ["C-1", "C-2"]
    assert "Cyan" not in text(answer)


def test_without_the_right_names_cannot_be_guessed_by_searching(cast: Cast) -> None:
    assert cast.churn
    answer = cast.browser(cast.vic).get(reverse("churn", args=["alder"]) + "?q=Cyan")
    assert names(answer) == [] if "rows" in answer.context else True
    assert "Not in the list" not in text(answer)


def test_a_viewer_sees_no_buttons_that_would_be_refused(cast: Cast) -> None:
    assert cast.churn
    shown = text(cast.browser(cast.vic).get(reverse("churn", args=["alder"])))
    assert "formaction" not in shown
    assert "Export" not in shown


def test_another_partner_sees_nothing_of_it(cast: Cast) -> None:
    assert cast.churn
    assert cast.foreign_customer
    assert cast.browser(cast.olga).get(reverse("churn", args=["alder"])).status_code == 404
    assert CANARY not in text(cast.browser(cast.ada).get(reverse("churn", args=["alder"])))


# -- status -----------------------------------------------------------------------------------------------------


def deed(cast: Cast, number: int, **fields: Any) -> None:
    customer = cast.customers[number]
    model = Action if "kind" in fields else Outcome
    with scope(partner=cast.alder):
        model.objects.create(
            partner=cast.alder, customer=customer, by=cast.ada, **{"on": timezone.now().date(), **fields}
        )


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"kind": "called"}, "contacted"),
        ({"kind": "planned", "due_on": timezone.now().date() + timedelta(days=3)}, "planned"),
        ({"kind": "planned", "due_on": timezone.now().date() - timedelta(days=3)}, "due"),
        ({"verdict": "saved"}, "saved"),
        ({"verdict": "lost"}, "lost"),
        ({"verdict": "not_a_risk"}, "not_a_risk"),
        ({"verdict": "contacted"}, "contacted"),
    ],
)
def test_the_status_shown_and_the_status_filtered_agree(
    cast: Cast, churn_page: Any, fields: dict[str, Any], status: str
) -> None:
    deed(cast, 0, **fields)
    (row,) = churn_page("?q=Cyan").context["rows"]
    assert row.standing.status == status
    assert names(churn_page(f"?status={status}")) == ["Cyan Ltd"]
    assert names(churn_page("?status=open")) == ["Dune GmbH"]


@pytest.mark.parametrize(
    ("earlier", "later", "status"),
    [
        ({"kind": "planned", "due_on": date(2026, 1, 1)}, {"kind": "called"}, "contacted"),
        ({"kind": "planned", "due_on": date(2026, 1, 1)}, {"verdict": "saved"}, "saved"),
        ({"verdict": "lost"}, {"kind": "planned", "due_on": date(2026, 1, 1)}, "due"),
        ({"verdict": "lost"}, {"verdict": "saved"}, "saved"),
        ({"kind": "called"}, {"verdict": "bought"}, "contacted"),
        ({"kind": "planned", "due_on": date(2026, 1, 1)}, {"kind": "planned", "due_on": date(2999, 1, 1)}, "planned"),
    ],
)
def test_the_latest_deed_says_where_the_work_stands(
    cast: Cast, churn_page: Any, earlier: dict[str, Any], later: dict[str, Any], status: str
) -> None:
    deed(cast, 0, **earlier)
    deed(cast, 0, **later)
    (row,) = churn_page("?q=Cyan").context["rows"]
    assert row.standing.status == status
    for other in ("due", "planned", "contacted", "saved", "lost", "not_a_risk"):
        assert names(churn_page(f"?status={other}")) == (["Cyan Ltd"] if other == status else [])


def test_an_old_outcome_recorded_late_overrules_nothing_newer(cast: Cast, churn_page: Any) -> None:
    deed(cast, 0, kind="called")
    deed(cast, 0, verdict="lost", on=timezone.now().date() - timedelta(days=20))
    (row,) = churn_page("?q=Cyan").context["rows"]
    assert row.standing.status == "contacted"
    assert names(churn_page("?status=contacted")) == ["Cyan Ltd"]
    assert names(churn_page("?status=lost")) == []


def test_what_is_due_on_the_home_page_is_what_the_list_shows(cast: Cast, churn_page: Any) -> None:
    deed(cast, 0, kind="planned", due_on=date(2026, 1, 1))
    deed(cast, 1, kind="planned", due_on=date(2026, 1, 1))

    def home() -> int:
        return int(cast.browser(cast.ada).get(reverse("home", args=["alder"])).context["numbers"].due)

    assert home() == len(names(churn_page("?status=due"))) == 2
    deed(cast, 0, kind="called")
    assert home() == len(names(churn_page("?status=due"))) == 1


def test_customers_recorded_as_lost_leave_the_list_but_are_counted(cast: Cast, churn_page: Any) -> None:
    deed(cast, 0, verdict="lost")
    answer = churn_page()
    assert names(answer) == ["Dune GmbH"]
    assert answer.context["totals"]["count"] == 1
    assert "1 recorded as lost, kept out" in text(answer)
    assert names(churn_page("?status=lost")) == ["Cyan Ltd"]
    assert names(churn_page("?q=Cyan")) == ["Cyan Ltd"]


def test_a_deed_that_was_undone_or_is_old_counts_for_nothing(cast: Cast, churn_page: Any) -> None:
    deed(cast, 0, kind="called", undone_at=timezone.now())
    deed(cast, 1, kind="called", on=timezone.now().date() - timedelta(days=90))
    assert names(churn_page("?status=open")) == ["Cyan Ltd", "Dune GmbH"]


# -- states without scores --------------------------------------------------------------------------------------


def test_without_data_the_page_says_how_to_start(cast: Cast) -> None:
    shown = text(cast.browser(cast.ada).get(reverse("churn", args=["alder"])))
    assert "Start with your data" in shown


def test_without_data_a_viewer_is_told_who_can(cast: Cast) -> None:
    shown = text(cast.browser(cast.vic).get(reverse("churn", args=["alder"])))
    assert "Somebody with the role Manager or Owner" in shown


def test_with_data_but_no_scores_the_page_says_when(cast: Cast) -> None:
    from predictions.models import ScoringSchedule

    cast.dataset(cast.alder)
    assert "no run is planned" in text(cast.browser(cast.ada).get(reverse("churn", args=["alder"])))
    ScoringSchedule.objects.create(name="nightly", kind="churn", next_at=timezone.now() + timedelta(hours=2))
    assert "Scores are on their way" in text(cast.browser(cast.ada).get(reverse("churn", args=["alder"])))


def test_old_data_is_shown_with_its_age(cast: Cast) -> None:
    made = cast.churn
    with scope(partner=cast.alder):
        made.published_at = timezone.now() - timedelta(days=40)
        made.save()
    assert "Older than usual" in text(cast.browser(cast.ada).get(reverse("churn", args=["alder"])))


# -- export -----------------------------------------------------------------------------------------------------


def table(answer: Any) -> list[list[str]]:
    body = b"".join(answer.streaming_content).decode("utf-8")
    assert body.startswith("\ufeff")
    return list(csv.reader(io.StringIO(body.removeprefix("\ufeff"))))


def test_the_export_is_exactly_the_view(cast: Cast) -> None:
    many(cast, 40)
    browser = cast.browser(cast.ada)
    query = "?segment=Enterprise&sort=-chance"
    head, *lines = table(browser.get(reverse("churn-csv", args=["alder"]) + query))
    seen = [name for n in (1,) for name in names(browser.get(reverse("churn", args=["alder"]) + f"{query}&page={n}"))]
    assert [line[1] for line in lines][:25] == seen
    assert head[0] == "Customer number"
    assert {line[2] for line in lines} == {"Enterprise"}


def test_the_export_hides_names_without_the_right(cast: Cast) -> None:
    assert cast.churn
    assert cast.foreign_customer
    from partners.models import Membership

    Membership.objects.filter(user=cast.max).update(sees_personal_data=False)
    _head, *lines = table(cast.browser(cast.max).get(reverse("churn-csv", args=["alder"])))
    assert [line[1] for line in lines] == ["", ""]


def test_nothing_in_an_export_runs_in_a_spreadsheet(cast: Cast) -> None:
    assert cast.churn
    with scope(partner=cast.alder):
        Customer.objects.filter(external_id="C-1").update(name='=HYPERLINK("http://x","y")', segment="@evil")
    _head, line, *_rest = table(cast.browser(cast.ada).get(reverse("churn-csv", args=["alder"])))
    assert line[1].startswith("'=")
    assert line[2].startswith("'@")


def test_a_viewer_may_not_export(cast: Cast) -> None:
    assert cast.churn
    assert cast.browser(cast.vic).get(reverse("churn-csv", args=["alder"])).status_code == 403


def test_exporting_before_the_first_list_leads_back_to_it(cast: Cast) -> None:
    answer = cast.browser(cast.ada).get(reverse("churn-csv", args=["alder"]))
    assert answer.status_code == 302


def test_export_lines_do_not_cost_queries_each(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    many(cast, 300)
    with scope(partner=cast.alder), django_assert_max_num_queries(5):
        scores = Score.objects.of(cast.churn).listed().select_related("customer")
        assert len(list(board.table(scores, personal=True, at=timezone.now()))) == 303


# -- recommendations --------------------------------------------------------------------------------------------


@pytest.fixture
def offer_page(cast: Cast) -> Any:
    assert cast.offers
    browser = cast.browser(cast.ada)
    return lambda query="": browser.get(reverse("recommendations", args=["alder"]) + query)


def skus(answer: Any) -> list[str]:
    return [row.offer.product.sku for row in answer.context["rows"]]


def test_offers_stand_by_chance_unless_the_partner_wishes_otherwise(offer_page: Any) -> None:
    answer = offer_page()
    assert skus(answer) == ["SKU-1", "SKU-2"]
    shown = text(answer)
    assert "Label printer" in shown
    assert "€48" in shown
    assert "40\u202f%" in shown


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?kind=new", ["SKU-1"]),
        ("?kind=repeat", ["SKU-2"]),
        ("?category=Supplies", ["SKU-2"]),
        ("?sort=chance", ["SKU-2", "SKU-1"]),
        ("?sort=product", ["SKU-1", "SKU-2"]),
        ("?q=Cyan", ["SKU-1", "SKU-2"]),
    ],
)
def test_offers_can_be_filtered_and_sorted(offer_page: Any, query: str, found: list[str]) -> None:
    assert skus(offer_page(query)) == found


@pytest.mark.lanes
@pytest.mark.parametrize("query", ["", "?sort=value", "?sort=-value", "?sort=chance", "?sort=-chance"])
def test_offers_without_a_value_or_a_chance_stand_last_either_way(cast: Cast, offer_page: Any, query: str) -> None:
    with scope(partner=cast.alder):
        Recommendation.objects.filter(product=cast.products[0]).update(expected_value=None, probability=None)
    assert skus(offer_page(query)) == ["SKU-2", "SKU-1"]


def test_an_offer_called_wrong_never_comes_back(cast: Cast, offer_page: Any) -> None:
    there = reverse("record", args=["alder", cast.customers[0].pk])
    cast.browser(cast.ada).post(there + "?sku=SKU-1", {"verdict": "wrong_product"})
    assert skus(offer_page()) == ["SKU-2"]
    assert offer_page().context["totals"]["count"] == 1


def test_taking_it_back_brings_the_offer_back(cast: Cast, offer_page: Any) -> None:
    there = reverse("record", args=["alder", cast.customers[0].pk])
    browser = cast.browser(cast.ada)
    browser.post(there + "?sku=SKU-1", {"verdict": "wrong_product"})
    with scope(partner=cast.alder):
        made = Outcome.objects.get()
    browser.post(reverse("undo", args=["alder", "outcome", made.pk]))
    assert skus(offer_page()) == ["SKU-1", "SKU-2"]


def test_the_offer_list_stays_within_its_queries(
    offer_page: Any, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    offer_page()
    with django_assert_max_num_queries(MOST_QUERIES):
        offer_page("?category=Supplies&segment=SMB&sort=-chance")


def test_offers_can_be_exported_as_seen(cast: Cast, offer_page: Any) -> None:
    assert offer_page()
    head, *lines = table(cast.browser(cast.ada).get(reverse("recommendations-csv", args=["alder"]) + "?kind=repeat"))
    assert head[2] == "SKU"
    assert [line[2] for line in lines] == ["SKU-2"]


@pytest.mark.lanes
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?product=SKU-2", ["SKU-2"]),
        ("?product=label", ["SKU-1", "SKU-2"]),
        ("?product=%00", ["SKU-1", "SKU-2"]),
        ("?customer=C-1", ["SKU-1", "SKU-2"]),
        ("?customer=C-2", []),
        ("?offered=no", ["SKU-1", "SKU-2"]),
        ("?offered=yes", []),
    ],
)
def test_offers_of_one_product_or_one_customer_can_be_asked_for(offer_page: Any, query: str, found: list[str]) -> None:
    assert skus(offer_page(query)) == found


def test_a_filter_of_any_text_is_a_chip_too(offer_page: Any) -> None:
    answer = offer_page("?product=label&kind=new")
    assert [chip["label"] for chip in answer.context["chips"]] == ["Kind: new to the customer", "Product: label"]


@pytest.mark.parametrize(
    ("given", "word"),
    [({"kind": "offered"}, "Offered"), ({"verdict": "accepted"}, "Accepted"), ({"verdict": "bought"}, "Bought")],
)
def test_what_became_of_an_offer_stands_in_its_row_until_it_is_taken_back(
    cast: Cast, offer_page: Any, given: dict[str, str], word: str
) -> None:
    browser, there = cast.browser(cast.ada), reverse("record", args=["alder", cast.customers[0].pk])
    answer = browser.post(
        there + "?sku=SKU-1", {**given, "next": reverse("recommendations", args=["alder"])}, follow=True
    )
    (row,) = [row for row in answer.context["rows"] if row.offer.product.sku == "SKU-1"]
    assert (row.answer.word, row.answer.by) == (word, "Ada")
    assert skus(offer_page("?offered=yes")) == ["SKU-1"]
    (undo,) = re.findall(r'action="(/p/alder/[a-z]+/\d+/undo/)"', answer.content.decode())
    browser.post(undo)
    assert [row.answer for row in offer_page().context["rows"]] == [None, None]


def test_why_something_is_not_relevant_is_kept_with_its_note(cast: Cast, offer_page: Any) -> None:
    assert "Not relevant, because…" in text(offer_page())
    there = reverse("record", args=["alder", cast.customers[0].pk])
    given = {"verdict": "wrong_product", "because": "too_dear", "note": "asked twice", "sku": "SKU-1"}
    cast.browser(cast.ada).post(there, given)
    with scope(partner=cast.alder):
        made = Outcome.objects.get()
    assert (made.because, made.note, made.product) == ("too_dear", "asked twice", cast.products[0])


def test_a_pinned_offer_says_so(cast: Cast, offer_page: Any) -> None:
    assert "Pinned by a rule" not in text(offer_page())
    with scope(partner=cast.alder):
        Recommendation.objects.filter(product=cast.products[0]).update(pinned=True)
    assert "Pinned by a rule" in text(offer_page())


def test_pinned_offers_stand_first_until_somebody_sorts(cast: Cast, offer_page: Any) -> None:
    assert offer_page()
    with scope(partner=cast.alder):
        Recommendation.objects.filter(product=cast.products[1]).update(pinned=True)
    offer_rules.add(cast.alder, by=None, kind="pin", sku="SKU-2")
    assert skus(offer_page()) == ["SKU-2", "SKU-1"]
    assert skus(offer_page("?sort=-chance")) == ["SKU-1", "SKU-2"]


@pytest.mark.parametrize("sort", ["customer", "-customer"])
def test_by_customer_offers_stand_together_by_their_rank(cast: Cast, offer_page: Any, sort: str) -> None:
    assert offer_page()
    with scope(partner=cast.alder):
        for place, product in enumerate(cast.products):
            Recommendation.objects.filter(product=product).update(rank=2 - place)
    assert skus(offer_page(f"?sort={sort}")) == ["SKU-2", "SKU-1"]


def test_the_export_says_when_and_by_whom_it_was_offered(cast: Cast, offer_page: Any) -> None:
    assert offer_page()
    browser, there = cast.browser(cast.ada), reverse("record", args=["alder", cast.customers[0].pk])
    browser.post(there + "?sku=SKU-1", {"kind": "offered"})
    head, first, second = table(browser.get(reverse("recommendations-csv", args=["alder"])))
    at, by = head.index("Offered on"), head.index("Offered by")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", first[at])
    assert (first[by], second[at], second[by]) == ("Ada", "", "")


def test_the_sheet_has_typed_cells_and_says_what_it_holds(cast: Cast, offer_page: Any) -> None:
    from python_calamine import load_workbook

    assert offer_page()
    with scope(partner=cast.alder):
        Customer.objects.filter(external_id="C-1").update(name="=1+1")
    answer = cast.browser(cast.ada).get(reverse("recommendations-xlsx", args=["alder"]) + "?kind=new&sort=-chance")
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    rows, about = (book.get_sheet_by_index(n).to_python() for n in (0, 1))
    assert len(rows) == 2
    line = dict(zip(rows[0], rows[1], strict=True))
    assert (line["SKU"], line["Chance"], line["Expected value"]) == ("SKU-1", 0.4, 48.0)
    assert line["Name"] == "'=1+1"
    told = dict(about)
    assert told["Filters"] == "Kind: new to the customer"
    assert told["Sorted by"] == "Chance"
    assert told["Model"] == "recommendation-network-1"
    assert told["As of"] == "2026-10-01"


def test_a_list_too_long_for_a_sheet_says_what_to_do(
    cast: Cast, offer_page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert offer_page()
    monkeypatch.setattr("predictions.views.tables.SHEET_ROWS", 1)
    answer = cast.browser(cast.ada).get(reverse("recommendations-xlsx", args=["alder"]), follow=True)
    assert "or take it as CSV" in text(answer)


def test_a_page_of_offers_reads_its_own_rows_and_no_more(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    filled(cast)
    browser, there = cast.browser(cast.ada), reverse("recommendations", args=["alder"])
    browser.get(there)
    crowded(cast, 150)
    with django_assert_max_num_queries(MOST_QUERIES):
        assert (
            len(browser.get(there + "?band=nurture&category=Printers&offered=no&sort=-chance&page=2").context["rows"])
            == 25
        )


def test_without_offers_the_page_says_what_is_missing(cast: Cast) -> None:
    assert "Start with your data" in text(cast.browser(cast.ada).get(reverse("recommendations", args=["alder"])))


def test_the_lists_open_in_chinese(cast: Cast) -> None:
    assert cast.churn
    browser = cast.browser(cast.ada)
    browser.cookies["django_language"] = "zh-hans"
    shown = text(browser.get(reverse("churn", args=["alder"])))
    assert '<html lang="zh-Hans"' in shown
    assert "2026年9月30日" in shown


# -- while scores are being made, and why to believe them -------------------------------------------------------


def test_the_first_scores_are_waited_for_with_their_progress(cast: Cast) -> None:
    from predictions.models import ScoringRun

    cast.dataset(cast.alder)
    run = ScoringRun.objects.create(
        kind="churn", partner=cast.alder, as_of="2026-10-01", state="running", progress=0.4, message="Reading orders"
    )
    browser = cast.browser(cast.ada)
    shown = text(browser.get(reverse("churn", args=["alder"])))
    assert "Your first scores are being made" in shown
    assert 'data-poll="/p/alder/scoring/"' in shown
    assert "js/poll.js" in shown
    fragment = text(browser.get(reverse("scoring-progress", args=["alder"])))
    assert "Reading orders" in fragment
    assert "<html" not in fragment
    ScoringRun.objects.filter(pk=run.pk).update(state="succeeded")
    assert 'data-poll-done="/p/alder/"' in text(browser.get(reverse("scoring-progress", args=["alder"])))


def test_an_old_list_stays_while_the_next_is_made(cast: Cast, churn_page: Any) -> None:
    from predictions.models import ScoringRun

    ScoringRun.objects.create(kind="churn", partner=None, as_of="2026-10-01", state="queued")
    answer = churn_page()
    assert names(answer) == ["Cyan Ltd", "Dune GmbH"]
    assert "New scores are being made now" in text(answer)


def test_another_partners_run_is_nobody_elses_business(cast: Cast, churn_page: Any) -> None:
    from predictions.models import ScoringRun

    ScoringRun.objects.create(kind="churn", partner=cast.birch, as_of="2026-10-01", state="running")
    assert "New scores are being made now" not in text(churn_page())


def test_progress_costs_few_queries(cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    browser = cast.browser(cast.ada)
    browser.get(reverse("scoring-progress", args=["alder"]))
    with django_assert_max_num_queries(6):
        browser.get(reverse("scoring-progress", args=["alder"]))


def test_the_list_tells_how_its_numbers_are_made(cast: Cast) -> None:
    version = cast.champion
    version.card = {
        "calibration": [{"said": 0.2, "happened": 0.25, "n": 400}, {"said": 0.8, "happened": 0.7, "n": 100}],
        "bands": {"high": 0.6, "medium": 0.3, "rule": {"en": "high from 60%", "zh-hans": "高：60% 起"}},
        "money": {"en": "value at risk: probability × spend", "zh-hans": "风险价值"},
    }
    version.save()
    assert cast.churn
    browser = cast.browser(cast.ada)
    shown = text(browser.get(reverse("churn", args=["alder"])))
    assert "High from 60%" in shown
    assert "Value at risk: probability × spend" in shown
    assert "off by 6.0\u202f% on average" in shown
    browser.cookies["django_language"] = "zh-hans"
    assert "高：60% 起" in text(browser.get(reverse("churn", args=["alder"])))


def test_intervals_hold_their_share_and_stay_possible() -> None:
    from predictions.boards.trust import Group

    for seen, n in [(0.0, 20), (0.5, 50), (1.0, 20), (0.84, 100)]:
        low, high = Group(said=0.5, seen=seen, n=n).interval
        assert 0 <= low <= seen <= high <= 1
    narrow, wide = Group(0.5, 0.5, 1000).interval, Group(0.5, 0.5, 30).interval
    assert narrow[1] - narrow[0] < wide[1] - wide[0]
    assert Group(0.8, 0.84, 100).interval == pytest.approx((0.756, 0.899), abs=0.002)


def test_the_list_says_who_answered_and_what_is_borrowed(cast: Cast) -> None:
    made = cast.churn
    address = reverse("churn", args=[cast.alder.slug])
    assert "borrowed" not in text(cast.browser(cast.ada).get(address))
    told = {"en": "Adjusted by 41 customers; borrowed from peers: 72 %.", "zh-hans": "借自同行的比例：72 %。"}
    made.evidence = {"basis": {"basis": "adjusted", "cover": 0.8, **told}}
    made.save()
    assert told["en"] in text(cast.browser(cast.ada).get(address))
    cast.ada.language = "zh-hans"
    cast.ada.save()
    assert told["zh-hans"] in text(cast.browser(cast.ada).get(address))
