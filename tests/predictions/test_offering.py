"""Offers from files to rows: staged unseen, judged by gates, without persons erased, pruned and rolled back."""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope

from partners.models import Customer, Product
from portal.kit.runs import LostLease
from predictions import erasure, offer_rules, offering, publications, rows
from predictions.boards.customer import next_offers
from predictions.boards.offers import standing
from predictions.models import OfferRule, Outcome, Outlook, Prospect, Publication, Recommendation, ScoringRun
from tests.cast import Cast
from tests.partners.erasures import erase
from tests.predictions.offers import put, staged, table

pytestmark = pytest.mark.lanes
THREE = [(f"C-{n}", sku, rank, sku == "A") for n in (1, 2, 3) for rank, sku in enumerate("ABC", 1)]


@pytest.fixture
def alder(cast: Cast) -> Iterator[Cast]:
    cast.dataset(cast.alder)
    _ = cast.customers
    with scope(partner=cast.alder):
        yield cast


def running() -> ScoringRun:
    run = ScoringRun.objects.create(kind="recommendation")
    run.claim(worker="w", at=timezone.now())
    return run


def test_every_file_becomes_rows_as_they_were_written(alder: Cast) -> None:
    reason = '{"code": "popular", "values": {"customers": 3, "days": 90, "name": "a \\"q\\", 中文"}}'
    made, published = put(alder, table(THREE, reason=reason))
    assert published
    assert made.counts == {"rows": 9, "customers": 3, "shown": 9, "prospects": 3, "outlooks": 3}
    first = made.offers.order_by("customer__external_id", "rank").first()
    assert first is not None
    assert (first.customer.external_id, first.product.sku, first.rank, first.is_repeat) == ("C-1", "A", 1, True)
    assert (first.probability, first.expected_value, first.pinned) == (0.5, 10.0, False)
    assert first.reason["values"]["name"] == 'a "q", 中文'
    prospect = made.prospects.get(customer__external_id="C-2")
    assert (prospect.fit, prospect.intent, prospect.expected_value) == (0.5, 0.25, 99.0)
    assert prospect.owned == ["Tools", 'a "b", 中']
    assert prospect.opportunities == {"Paint": [0.4, 12.5]}
    outlook = made.outlooks.get(product__sku="B")
    assert (outlook.expected, outlook.candidates, outlook.goes_with[0]["both"]) == (1.5, 3, 2)
    assert "white_space" in made.evidence


def test_rows_are_unseen_until_the_pointer_moves_and_a_rollback_shows_the_earlier_ones(alder: Cast) -> None:
    first, _ = put(alder, table(THREE))
    second = staged(alder, running(), table(THREE))
    assert second.prospects.count() == 3
    assert publications.shown(alder.alder, "recommendation") == first
    third, _ = put(alder, table(THREE))
    assert publications.rollback(alder.alder, "recommendation", by=None, at=timezone.now()) == first
    assert first.prospects.count() == first.outlooks.count() == third.outlooks.count() == 3


def test_rows_stand_customer_by_customer_and_by_rank(alder: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offering, "PIECE", 4)
    pitches = table([("C-0", "Z", 2, False), ("C-2", "Z", 5, False), ("C-4", "Z", 1, False), ("C-1", "Z", 9, False)])
    made, _ = put(alder, table(THREE), pitches=pitches)
    found = list(made.offers.order_by("pk").values_list("customer__external_id", "rank"))
    assert found == sorted(found)
    assert len(found) == 13


def test_the_file_keeps_all_and_the_database_what_is_shown(alder: Cast) -> None:
    offers = [("C-1", f"P{n:02}", n, False) for n in range(1, 21)]
    made, _ = put(alder, table(offers), pitches=table([("C-2", "P15", 15, False)]))
    assert made.offers.count() == 11
    assert made.offers.filter(customer__external_id="C-2", product__sku="P15").exists()
    assert made.counts["rows"] == 20
    found = offering.of_customer(made, Customer.objects.get(external_id="C-1"))
    assert [one.rank for one in found] == list(range(1, 21))
    assert offering.of_customer(made, Customer.objects.get(external_id="C-3")) == []


def test_a_vast_partners_customer_has_its_page_from_the_file(alder: Cast) -> None:
    made, _ = put(alder, table(THREE))
    made.offers.all().delete()
    made.evidence = {"answered": {"vast": True}}
    made.save()
    one = Customer.objects.get(external_id="C-1")
    assert [row.offer.product.sku for row in next_offers(one, made, [], "").rows] == ["A", "B", "C"]
    assert [row.offer.product.sku for row in next_offers(one, made, [], "new").rows] == ["B", "C"]
    wrong = Product.objects.get(sku="B")
    Outcome.objects.create(partner=alder.alder, customer=one, product=wrong, verdict="wrong_product", on=made.as_of)
    assert [row.offer.product.sku for row in next_offers(one, made, [], "").rows] == ["A", "C"]
    offer_rules.add(alder.alder, by=None, kind="exclude", sku="A")
    assert [row.offer.product.sku for row in next_offers(one, made, [], "").rows] == ["C"], "a rule made since"


@pytest.mark.parametrize("scope_", [{"sku": "B"}, {"category": "tools"}, {"category": "TOOLS", "segment": "smb"},
                                    {"sku": "B", "segment": "Public"}, {"sku": "A", "category": "tools"}])  # fmt: skip
def test_a_rule_bars_the_same_from_the_file_as_from_the_database(alder: Cast, scope_: dict[str, str]) -> None:
    made, _ = put(alder, table(THREE))
    Product.objects.filter(sku="B").update(category="Tools")
    Customer.objects.filter(external_id="C-2").update(segment="Public")
    Customer.objects.filter(external_id="C-3").update(segment="", industry="SMB")
    rules = [OfferRule(partner=alder.alder, kind="exclude", **scope_)]
    for one in Customer.objects.filter(external_id__startswith="C-"):
        listed = standing(made, rules).filter(customer=one).values_list("product__sku", flat=True)
        held = offering.standing_of(made, one, rules)
        assert sorted(offer.product.sku for offer in held) == sorted(listed)


def test_of_very_many_customers_those_with_most_to_gain_stand_in_the_database(
    alder: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offering, "MOST_PROSPECTS", 2)
    made, _ = put(alder, table(THREE))
    assert sorted(made.prospects.values_list("customer__external_id", flat=True)) == ["C-1", "C-2"]


@pytest.mark.parametrize(("worth", "kept"), [
    ([None, 0.0, None, 7.0, 3.0], [1, 3, 4]), ([None, None, None, None, 5.0], [0, 1, 4]),
    ([2.0, 2.0, 9.0, 2.0, 2.0], [0, 1, 2]), ([None, 1.0, 2.0], [0, 1, 2]), ([], []),
])  # fmt: skip
def test_the_customers_with_most_to_gain_are_kept_whatever_is_known_of_the_others(
    worth: list[float | None], kept: list[int]
) -> None:
    given = pa.table({"expected_value": pa.array(worth, pa.float64())})
    assert offering._most(offering._worth(given), 3).nonzero()[0].tolist() == kept


def test_other_rules_may_reach_far_fewer_customers(alder: Cast) -> None:
    put(alder, table(THREE), rules="both")
    fewer, published = put(alder, table(THREE[:3]), rules="repeats only")
    assert published, fewer.gates
    _, published = put(alder, table(THREE), rules="repeats only")
    assert published
    fewer, published = put(alder, table(THREE[:3]), rules="repeats only")
    assert not published, "under the same rules it is an accident"


def test_where_rules_leave_nothing_to_offer_the_empty_list_is_shown(alder: Cast) -> None:
    put(alder, table(THREE), rules="none")
    made, published = put(alder, table([]), rules="margins", answered={"barred": True})
    assert published, made.gates
    assert (made.counts["rows"], made.counts["barred"]) == (0, True)
    assert next(gate for gate in made.gates if gate["name"] == "rows") == {"name": "rows", "passed": True, "seen": 0}
    assert publications.shown(alder.alder, "recommendation") == made
    again, published = put(alder, table([]), rules="margins", answered={"barred": True})
    assert published, again.gates
    shown = alder.browser(alder.ada).get(reverse("recommendations", args=["alder"])).content.decode()
    assert "Your rules leave nothing to offer" in shown
    _, published = put(alder, table([]), rules="others", answered={"barred": False})
    assert not published, "no rule is to blame"


def spoilt(column: str, value: Any) -> pa.Table:
    given = table(THREE)
    values = [value, *given[column].to_pylist()[1:]]
    place = given.column_names.index(column)
    return given.set_column(place, column, pa.array(values, given.schema.field(column).type))


@pytest.mark.parametrize(("offers", "failed"), [
    (table([]), "rows"), (spoilt("probability", float("nan")), "numbers"), (spoilt("probability", 1.5), "range"),
    (table([(f"X-{n}", "A", 1, False) for n in range(40)]), "distribution"), (table(THREE[:3]), "count"),
])  # fmt: skip
def test_a_failing_gate_is_named_and_the_shown_list_stays(alder: Cast, offers: pa.Table, failed: str) -> None:
    shown, _ = put(alder, table(THREE))
    made, published = put(alder, offers)
    assert not published
    assert failed in {gate["name"] for gate in made.gates if not gate["passed"]}
    assert not made.offers.exists()
    assert publications.shown(alder.alder, "recommendation") == shown


def test_a_worker_that_lost_its_run_writes_nothing(alder: Cast) -> None:
    shown, _ = put(alder, table(THREE))
    run = running()
    ScoringRun.objects.filter(pk=run.pk).update(fence=99)
    with pytest.raises(LostLease):
        staged(alder, run, table(THREE))
    assert Recommendation.objects.count() == 9
    assert publications.shown(alder.alder, "recommendation") == shown


def test_killed_between_two_pieces_and_run_again_everything_is_there_once(
    alder: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "PIECE", 4)
    real, stored = rows.store, []

    def dying(piece: pa.RecordBatch, **more: Any) -> None:
        if len(stored) == 2:
            raise KeyboardInterrupt
        stored.append(piece.num_rows)
        real(piece, **more)

    monkeypatch.setattr(rows, "store", dying)
    run = running()
    with pytest.raises(KeyboardInterrupt):
        staged(alder, run, table(THREE))
    monkeypatch.setattr(rows, "store", real)
    made = staged(alder, run, table(THREE))
    assert (made.offers.count(), made.prospects.count(), made.outlooks.count()) == (9, 3, 3)
    assert Publication.objects.filter(run=run).count() == 1
    assert not [one for one in made.folder.iterdir() if one.is_dir()]


def test_old_publications_lose_all_their_rows(alder: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publications, "KEPT", 1)
    made = [put(alder, table(THREE))[0] for _ in range(4)]
    for model in (Recommendation, Prospect, Outlook):
        assert set(model.objects.values_list("publication", flat=True)) == {made[2].pk, made[3].pk}
    assert not made[0].folder.exists()


# -- persons erased ----------------------------------------------------------------------------------------------


def numbers(made: Publication) -> set[str]:
    files = [made.folder / f"{name}.parquet" for name in ("offers", "pitches", "prospects")]
    return {one for file in files for one in pq.read_table(file)["customer_id"].to_pylist()}


def test_an_erased_person_leaves_rows_and_files_of_all_publications(alder: Cast) -> None:
    made = [put(alder, table(THREE), pitches=table(THREE[:0]))[0] for _ in range(2)]
    erase(alder.alder, "C-2")
    for one in made:
        assert numbers(one) == {"C-1", "C-3"}
        assert set(one.prospects.values_list("customer__external_id", flat=True)) == {"C-1", "C-3"}
        assert one.outlooks.count() == 3
    assert not Recommendation.objects.filter(customer__external_id="C-2").exists()


def test_a_scoring_under_way_does_not_bring_them_back(alder: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    real, asked = offering.judged, []

    def judged(publication: Publication) -> Any:
        if not asked:
            asked.append(erase(alder.alder, "C-2"))
        return real(publication)

    monkeypatch.setattr(offering, "judged", judged)
    made, published = put(alder, table(THREE))
    assert published
    assert made.counts["customers"] == 2
    assert numbers(made) == {"C-1", "C-3"}
    assert not Customer.objects.filter(external_id="C-2").exists()
    assert set(made.prospects.values_list("customer__external_id", flat=True)) == {"C-1", "C-3"}


def test_what_is_held_of_one_customer_can_be_told(alder: Cast) -> None:
    put(alder, table(THREE))
    told = erasure.told(Customer.objects.get(external_id="C-1"))
    assert [row["sku"] for row in told["recommendations"]] == ["A", "B", "C"]
    assert [(row["fit"], row["opportunities"]) for row in told["prospects"]] == [(0.5, '{"Paint": [0.4, 12.5]}')]
