"""The home page, the customer page, and what people record."""

import json
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope
from pytest_django import DjangoAssertNumQueries

from predictions import facts, publications
from predictions.models import Action, Outcome, Pointer, Score, ScoringRun
from tests.cast import CANARY, Cast
from tests.predictions.offering import filled
from training.ml import bands, evidence, pooling, scoring


def text(answer: Any) -> str:
    return re.sub(r"[ \n]+", " ", answer.content.decode())


def customer_url(cast: Cast, number: int = 0) -> str:
    return reverse("customer", args=["alder", cast.customers[number].pk])


def record_url(cast: Cast, number: int = 0) -> str:
    return reverse("record", args=["alder", cast.customers[number].pk])


def write_facts(cast: Cast) -> Path:
    """Cyan's orders and one complaint, where the dataset keeps them."""
    import duckdb

    folder = cast.dataset(cast.alder).folder
    folder.mkdir(parents=True)
    with duckdb.connect() as db:
        db.execute(
            "create table o as select * from (values "
            "('O1', 1, 'C-1', date '2026-05-02', 'SKU-1', 'Label printer', 1.0, 120.0, 120.0, false),"
            "('O1', 2, 'C-1', date '2026-05-02', 'SKU-2', 'Label roll', 4.0, 9.5, 38.0, false),"
            "('O2', 1, 'C-1', date '2026-08-09', 'SKU-2', 'Label roll', 2.0, 9.5, 19.0, false),"
            "('R1', 1, 'C-1', date '2026-09-01', 'SKU-1', 'Label printer', -1.0, 120.0, -120.0, true),"
            "('O9', 1, 'C-2', date '2026-09-02', 'SKU-1', 'Not Cyan', 1.0, 5.0, 5.0, false)"
            ") t(order_id, line, customer_id, date, sku, product_name, quantity, price, amount, is_return)"
        )
        db.execute(f"copy o to '{folder / 'orders.parquet'}' (format parquet)")
        db.execute(
            "create table i as select 'i1' interaction_id, 'C-1' customer_id, date '2026-08-20' \"date\", "
            "'complaint' kind, 'Mr Smith says the labels smear' \"text\", -0.5 sentiment"
        )
        db.execute(f"copy i to '{folder / 'interactions.parquet'}' (format parquet)")
    return folder


# -- home -------------------------------------------------------------------------------------------------------


def test_home_tells_four_numbers_that_lead_somewhere(cast: Cast) -> None:
    assert cast.churn
    answer = cast.browser(cast.ada).get(reverse("home", args=["alder"]))
    found = answer.context["numbers"]
    assert (found.high, found.listed, found.due, found.saved) == (1, 2, 0, 0)
    assert found.money == pytest.approx(7435)
    shown = text(answer)
    for there in ("?band=high", "?sort=-money", "?status=due", "?status=saved"):
        assert f'href="/p/alder/churn/{there}"' in shown


def test_home_names_whom_to_act_on_and_drops_those_already_called(cast: Cast) -> None:
    assert cast.churn
    browser = cast.browser(cast.ada)
    assert [row.name for row in browser.get(reverse("home", args=["alder"])).context["rows"]] == ["Cyan Ltd"]
    browser.post(record_url(cast), {"kind": "called"})
    answer = browser.get(reverse("home", args=["alder"]))
    assert answer.context["rows"] == []
    assert "Nobody is waiting" in text(answer)
    assert answer.context["numbers"].contacted == 1


def test_home_says_what_changed_since_the_last_run(cast: Cast) -> None:
    before = cast.churn
    after = cast.publication(cast.alder, version=cast.version(number=9))
    with scope(partner=cast.alder):
        pointer = Pointer.objects.get(kind="churn")
        pointer.previous, pointer.publication = before, after
        pointer.save()
        for number, (band, chance) in enumerate([("low", 0.1), ("high", 0.8)]):
            Score.objects.create(
                partner=cast.alder, publication=after, customer=cast.customers[number], rank=number + 1,
                band=band, probability=chance, money=100.0,
            )  # fmt: skip
    told = cast.browser(cast.ada).get(reverse("home", args=["alder"])).context["changes"]
    assert any("1 customer rose to high" in sentence and "€100" in sentence for sentence in told)
    assert any("no longer at high risk" in sentence for sentence in told)
    assert any("A new model made these scores" in sentence for sentence in told)


def test_home_without_scores_shows_the_first_step(cast: Cast) -> None:
    assert "Start with your data" in text(cast.browser(cast.ada).get(reverse("home", args=["alder"])))


def test_home_stays_within_its_queries(cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    assert cast.churn
    browser = cast.browser(cast.ada)
    browser.get(reverse("home", args=["alder"]))
    with django_assert_max_num_queries(15):
        browser.get(reverse("home", args=["alder"]))


def test_home_remembers_the_partner_looked_at(cast: Cast) -> None:
    browser = cast.browser(cast.ada)
    browser.get(reverse("home", args=["alder"]))
    assert browser.session["partner"] == "alder"


# -- customer ---------------------------------------------------------------------------------------------------


def test_the_customer_page_explains_the_score(cast: Cast) -> None:
    assert cast.churn
    shown = text(cast.browser(cast.ada).get(customer_url(cast)))
    assert "Cyan Ltd" in shown
    assert "High" in shown
    assert "82\u202f%" in shown
    assert "Of 100 customers this model put near 85\u202f%, 84 did leave." in shown
    assert "What speaks for leaving" in shown
    assert "Model of 1 Oct 2026" in shown


def test_beyond_the_record_its_end_is_quoted(cast: Cast) -> None:
    from predictions.boards.trust import calibration_line

    version = cast.champion
    assert "put highest, 85\u202f% on average, 84 did leave" in calibration_line(version, 0.99)
    version.card = {}
    assert calibration_line(version, 0.5) == ""
    assert calibration_line(version, None) == ""


def test_too_few_test_customers_are_admitted(cast: Cast) -> None:
    assert cast.churn
    shown = text(cast.browser(cast.ada).get(customer_url(cast, 1)))
    assert "Too few customers in the test stood near this chance" in shown


def test_a_gone_customer_is_called_gone(cast: Cast) -> None:
    assert cast.churn
    assert "had already gone by the rule of this model" in text(cast.browser(cast.ada).get(customer_url(cast, 2)))


def test_a_customer_without_a_score_says_what_is_missing(cast: Cast) -> None:
    assert "Not enough data for a score" in text(cast.browser(cast.ada).get(customer_url(cast)))


def test_the_timeline_joins_orders_contacts_and_deeds(cast: Cast) -> None:
    assert cast.churn
    write_facts(cast)
    browser = cast.browser(cast.ada)
    browser.post(record_url(cast), {"kind": "called", "note": "asked about labels"})
    answer = browser.get(customer_url(cast))
    told = [event.text for event in answer.context["events"]]
    assert told[0] == "Called"
    assert "Ordered for €158" in told
    assert "Returned goods for −€120" in told
    assert "Complaint" in told
    assert not any("Not Cyan" in event.note for event in answer.context["events"])
    days = [event.on for event in answer.context["events"]]
    assert days == sorted(days, reverse=True)
    assert "asked about labels" in text(answer)


def test_what_a_customer_holds_comes_from_their_orders(cast: Cast) -> None:
    assert cast.churn
    write_facts(cast)
    held = cast.browser(cast.ada).get(customer_url(cast)).context["held"]
    assert [(one.name, one.note) for one in held] == [
        ("Label printer", "1 order, last 2 May 2026"),
        ("Label roll", "2 orders, last 9 Aug 2026"),
    ]


def test_contracts_are_named_and_dated(cast: Cast) -> None:
    from predictions.boards.customer import held

    assert cast.products
    contracts = [
        {"subscription_id": "A", "sku": "SKU-1", "started": "2025-01-01", "ended": None, "renews_on": "2027-01-01",
         "monthly_amount": 40.0},
        {"subscription_id": "B", "sku": "OLD", "started": "2024-01-01", "ended": "2026-02-03", "renews_on": None,
         "monthly_amount": None},
        {"subscription_id": "C", "sku": "SKU-2", "started": "2025-05-06", "ended": None, "renews_on": None,
         "monthly_amount": 9.5},
    ]  # fmt: skip
    with scope(partner=cast.alder):
        found = held({"subscriptions": contracts})
    assert [(one.name, one.note, one.amount) for one in found] == [
        ("Label printer", "contract by the month, renews 1 Jan 2027", 40.0),
        ("OLD", "contract, ended 3 Feb 2026", None),
        ("Label roll", "contract by the month, since 6 May 2025", 9.5),
    ]


def test_home_and_list_count_the_same_people(cast: Cast) -> None:
    assert cast.churn
    browser = cast.browser(cast.max)
    browser.post(record_url(cast), {"verdict": "lost"})
    found = browser.get(reverse("home", args=["alder"])).context["numbers"]
    listed = browser.get(reverse("churn", args=["alder"])).context["totals"]
    assert (found.listed, found.high) == (listed["count"], listed["high"]) == (1, 0)


def test_words_of_a_contact_are_personal_data(cast: Cast) -> None:
    assert cast.churn
    write_facts(cast)
    assert "Mr Smith" in text(cast.browser(cast.ada).get(customer_url(cast)))
    hidden = text(cast.browser(cast.vic).get(customer_url(cast)))
    assert "Mr Smith" not in hidden
    assert "Complaint" in hidden


def test_contact_data_is_shown_by_right_only(cast: Cast) -> None:
    shown = text(cast.browser(cast.ada).get(customer_url(cast)))
    assert "hello@cyan.example" in shown
    hidden = text(cast.browser(cast.vic).get(customer_url(cast)))
    assert "hello@cyan.example" not in hidden
    assert "Cyan" not in hidden
    assert "C-1" in hidden


def test_further_attributes_are_shown_by_right_only(cast: Cast) -> None:
    customer = cast.customers[0]
    customer.attributes = {"contact": "Mrs Jones"}
    with scope(partner=cast.alder):
        customer.save()
    assert "Mrs Jones" in text(cast.browser(cast.ada).get(customer_url(cast)))
    hidden = text(cast.browser(cast.vic).get(customer_url(cast)))
    assert "Mrs Jones" not in hidden
    assert "further columns of your files" in hidden


def test_unreadable_files_leave_the_rest_of_the_page(cast: Cast) -> None:
    assert cast.churn
    folder = cast.dataset(cast.alder).folder
    folder.mkdir(parents=True)
    (folder / "orders.parquet").write_bytes(b"not a file")
    answer = cast.browser(cast.ada).get(customer_url(cast))
    assert answer.status_code == 200
    assert "could not be read just now" in text(answer)
    assert "82\u202f%" in text(answer)


def test_recommendations_stand_on_the_customer_page(cast: Cast) -> None:
    assert cast.churn
    assert cast.offers
    offered = cast.browser(cast.ada).get(customer_url(cast)).context["next"].rows
    assert [row.offer.product.sku for row in offered] == ["SKU-1", "SKU-2"]


def test_a_foreign_customer_does_not_exist_here(cast: Cast) -> None:
    there = reverse("customer", args=["alder", cast.foreign_customer.pk])
    answer = cast.browser(cast.ada).get(there)
    assert answer.status_code == 404
    assert CANARY not in text(answer)


def test_the_customer_page_stays_within_its_queries(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    assert cast.churn
    assert cast.offers
    browser = cast.browser(cast.ada)
    for number in range(4):
        browser.post(record_url(cast), {"kind": "called", "note": str(number)})
    browser.get(customer_url(cast))
    with django_assert_max_num_queries(15):
        browser.get(customer_url(cast))


def test_facts_of_an_empty_folder_are_empty(tmp_path: Path) -> None:
    assert facts.of_customer(tmp_path, "C-1") == {}


def test_a_customer_number_is_never_read_as_code(cast: Cast) -> None:
    folder = write_facts(cast)
    assert facts.of_customer(folder, "' or 1=1 --") is not None
    assert facts.read(folder, "' or 1=1 --")["orders"] == []


# -- deeds ------------------------------------------------------------------------------------------------------


def test_one_click_records_and_offers_its_undo(cast: Cast) -> None:
    assert cast.churn
    browser = cast.browser(cast.max)
    answer = browser.post(record_url(cast), {"kind": "called", "next": "/p/alder/churn/?band=high"}, follow=True)
    assert answer.redirect_chain[-1][0] == "/p/alder/churn/?band=high"
    with scope(partner=cast.alder):
        made = Action.objects.get()
    assert (made.kind, made.by, made.publication, made.on) == ("called", cast.max, cast.churn, timezone.now().date())
    assert "“Called” is recorded" in text(answer)
    assert f'action="/p/alder/action/{made.pk}/undo/"' in text(answer)


@pytest.mark.parametrize("verdict", ["contacted", "saved", "lost", "not_a_risk", "bought"])
def test_outcomes_are_recorded(cast: Cast, verdict: str) -> None:
    cast.browser(cast.max).post(record_url(cast), {"verdict": verdict, "note": "by telephone"})
    with scope(partner=cast.alder):
        assert Outcome.objects.get().verdict == verdict


def test_undo_takes_back_but_keeps_the_record(cast: Cast) -> None:
    browser = cast.browser(cast.max)
    browser.post(record_url(cast), {"verdict": "saved"})
    with scope(partner=cast.alder):
        made = Outcome.objects.get()
    answer = browser.post(reverse("undo", args=["alder", "outcome", made.pk]), follow=True)
    assert "Taken back: “Saved”" in text(answer)
    with scope(partner=cast.alder):
        assert Outcome.objects.get().undone_at is not None
        assert not Outcome.objects.standing().exists()


def test_undoing_twice_is_harmless(cast: Cast) -> None:
    browser = cast.browser(cast.max)
    browser.post(record_url(cast), {"kind": "called"})
    with scope(partner=cast.alder):
        made = Action.objects.get()
    there = reverse("undo", args=["alder", "action", made.pk])
    browser.post(there)
    with scope(partner=cast.alder):
        first = Action.objects.get().undone_at
    browser.post(there)
    with scope(partner=cast.alder):
        assert Action.objects.get().undone_at == first


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"kind": "planned"}, "needs a day"),
        ({"verdict": "wrong_product"}, "which product was wrong"),
        ({}, "Choose what was done"),
        ({"kind": "called", "verdict": "saved"}, "Choose what was done"),
        ({"kind": "shouted"}, "not one of the available choices"),
        ({"kind": "planned", "due_on": "soon"}, "valid date"),
    ],
)
def test_what_cannot_be_recorded_is_said_and_changes_nothing(cast: Cast, sent: dict[str, str], sentence: str) -> None:
    answer = cast.browser(cast.max).post(record_url(cast), sent, follow=True)
    assert sentence in text(answer)
    with scope(partner=cast.alder):
        assert not Action.objects.exists()
        assert not Outcome.objects.exists()


def test_a_planned_contact_becomes_due(cast: Cast) -> None:
    assert cast.churn
    browser = cast.browser(cast.max)
    tomorrow = timezone.now().date() + timedelta(days=1)
    browser.post(record_url(cast), {"kind": "planned", "due_on": tomorrow.isoformat()})
    assert browser.get(reverse("home", args=["alder"])).context["numbers"].due == 0
    with scope(partner=cast.alder):
        Action.objects.update(due_on=date(2026, 1, 1))
    assert browser.get(reverse("home", args=["alder"])).context["numbers"].due == 1


def test_what_is_done_in_the_morning_counts_for_the_day_it_is_at_the_partner(cast: Cast, time_machine: Any) -> None:
    assert cast.churn
    type(cast.alder).objects.filter(pk=cast.alder.pk).update(time_zone="Asia/Shanghai")
    time_machine.move_to("2026-11-21 23:30:00+00:00", tick=False)  # half past seven on the 22nd in Shanghai
    today, browser = date(2026, 11, 22), cast.browser(cast.max)
    browser.post(record_url(cast, 1), {"kind": "called"})
    browser.post(record_url(cast, 1), {"verdict": "saved"})
    browser.post(record_url(cast), {"kind": "planned", "due_on": today.isoformat()})
    with scope(partner=cast.alder):
        assert {one.on for one in (*Action.objects.all(), *Outcome.objects.all())} == {today}
    assert browser.get(reverse("home", args=["alder"])).context["numbers"].due == 1
    rows = browser.get(reverse("churn", args=["alder"]) + "?status=due").context["rows"]
    assert [(row.name, row.standing.status) for row in rows] == [("Cyan Ltd", "due")]


def test_a_viewer_records_nothing(cast: Cast) -> None:
    assert cast.browser(cast.vic).post(record_url(cast), {"kind": "called"}).status_code == 403


@pytest.mark.parametrize("name", ["record", "undo"])
def test_deeds_are_never_done_by_a_link(cast: Cast, name: str) -> None:
    there = record_url(cast) if name == "record" else reverse("undo", args=["alder", "action", 1])
    assert cast.browser(cast.max).get(there).status_code == 405


def test_foreign_customers_and_deeds_cannot_be_touched(cast: Cast) -> None:
    foreign = cast.foreign_customer
    cast.browser(cast.olga).post(reverse("record", args=["birch", foreign.pk]), {"kind": "called"})
    with scope(partner=cast.birch):
        made = Action.objects.get()
    browser = cast.browser(cast.max)
    assert browser.post(reverse("record", args=["alder", foreign.pk]), {"kind": "called"}).status_code == 404
    assert browser.post(reverse("undo", args=["alder", "action", made.pk])).status_code == 404
    with scope(partner=cast.birch):
        assert Action.objects.standing().count() == 1


@pytest.mark.parametrize("there", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_nobody_is_sent_elsewhere_after_a_deed(cast: Cast, there: str) -> None:
    answer = cast.browser(cast.max).post(record_url(cast), {"kind": "called", "next": there})
    assert answer["Location"] == customer_url(cast)


def test_a_foreign_product_cannot_be_named(cast: Cast) -> None:
    assert cast.foreign_product
    answer = cast.browser(cast.max).post(record_url(cast) + "?sku=B-SKU", {"verdict": "wrong_product"}, follow=True)
    assert "which product was wrong" in text(answer)


def test_the_customer_page_tells_how_sure_the_chance_is(cast: Cast) -> None:
    made = cast.churn
    page = text(cast.browser(cast.ada).get(customer_url(cast)))
    assert "certainty" not in page
    made.evidence = {"basis": {"basis": "own", "cover": 0.8, "en": "Own.", "zh-hans": "自有。"}}
    made.save()
    with scope(partner=cast.alder):
        made.scores.filter(customer=cast.customers[0]).update(low=0.74, high=0.88)
    page = text(cast.browser(cast.ada).get(customer_url(cast)))
    assert "the chance lies between 74\u202f% and 88\u202f%, with 80\u202f% certainty" in page


# -- a score without reasons --------------------------------------------------------------------------------------


def dunes_page(cast: Cast) -> str:
    """Dune's page, of a list as scoring makes it: only Cyan has reasons, Echo is gone."""
    cast.dataset(cast.alder)
    who, money = pd.Series([one.external_id for one in cast.customers]), np.array([7380.0, 55.0, 10.0])
    chance, gone = np.array([0.82, 0.11, 0.97]), np.array([False, False, True])
    rank = scoring.ranked(who, chance, money=money, left=gone)
    reading = scoring.read(rank, money)
    why = json.dumps([{"code": "recency", "sign": 1, "weight": 1.2, "values": {"silence": 74, "gap": 21}}])
    told = np.array([why, scoring.NOTHING, scoring.NOTHING], dtype=object)
    answer = pooling.Answer(np.log(chance / (1 - chance)), chance, chance - 0.01, chance + 0.01)
    rule = bands.thresholds(0.3)
    table = scoring.table(who, answer, money=money, told=told, left=gone, rule=rule, rank=rank)
    table = evidence.attach(table, read={"rows": len(reading), "head": scoring.head(len(rank))})
    run = ScoringRun.objects.create(kind="churn")
    run.claim(worker="w", at=timezone.now())
    with scope(partner=cast.alder):
        made = publications.stage(run, cast.alder, cast.champion, table, as_of=date(2026, 10, 1))
        assert publications.publish(made, run=run, at=timezone.now())
    return text(cast.browser(cast.max).get(customer_url(cast, 1)))


def test_a_customer_far_down_a_long_list_is_told_whose_reasons_are_worked_out(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scoring, "READ_LEAST", 1)
    page = dunes_page(cast)
    assert "Reasons are worked out for the 1 customers most at risk or with the most money at stake" in page
    assert "like most others" not in page
    assert "What speaks for" not in page


def test_where_everybodys_reasons_were_worked_out_none_means_like_most_others(cast: Cast) -> None:
    page = dunes_page(cast)
    assert "this customer is like most others" in page
    assert "worked out" not in page


def test_in_the_head_of_a_long_list_none_means_like_most_others(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scoring, "READ_LEAST", 2)
    assert "this customer is like most others" in dunes_page(cast)


def test_a_score_with_reasons_says_nothing_of_missing_ones(cast: Cast) -> None:
    assert cast.churn
    page = text(cast.browser(cast.max).get(customer_url(cast)))
    assert "What speaks for leaving" in page
    assert "worked out" not in page
    assert "like most others" not in page


def test_a_row_of_the_list_without_reasons_says_so(cast: Cast) -> None:
    dunes_page(cast)
    assert "not among those most at risk" in text(cast.browser(cast.max).get(reverse("churn", args=["alder"])))


# -- what to offer next -----------------------------------------------------------------------------------------


def offers_on(cast: Cast, query: str = "") -> list[str]:
    answer = cast.browser(cast.ada).get(customer_url(cast) + query)
    return [row.offer.product.sku for row in answer.context["next"].rows]


def test_new_products_and_repeats_can_be_told_apart(cast: Cast) -> None:
    filled(cast)
    assert offers_on(cast) == ["SKU-1", "SKU-2"]
    assert offers_on(cast, "?offers=new") == ["SKU-1"]
    assert offers_on(cast, "?offers=repeat") == ["SKU-2"]
    assert offers_on(cast, "?offers=nonsense") == ["SKU-1", "SKU-2"]


def test_the_page_says_where_the_customer_stands_and_what_it_holds_and_lacks(cast: Cast) -> None:
    filled(cast)
    answer = cast.browser(cast.ada).get(customer_url(cast))
    room = answer.context["next"].room
    assert (room.row.band, room.holds) == ("act", ["Supplies"])
    assert [(cell.category, cell.chance, cell.value) for cell in room.lacks] == [("Printers", 0.4, 48.0)]
    assert "make the offer this week" in answer.content.decode()


def test_a_customer_without_white_space_still_has_its_offers(cast: Cast) -> None:
    assert cast.offers
    answer = cast.browser(cast.ada).get(customer_url(cast))
    assert answer.context["next"].room is None
    assert "Holds and lacks" not in answer.content.decode()


def test_the_page_with_all_about_offers_stays_within_its_queries(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    filled(cast)
    assert cast.churn
    browser = cast.browser(cast.ada)
    browser.get(customer_url(cast))
    with django_assert_max_num_queries(15):
        browser.get(customer_url(cast) + "?offers=new")
