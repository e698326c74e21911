"""Publishing: staged unseen, judged by gates, swapped by one pointer, rolled back; fenced all the way."""

import json
from collections.abc import Iterator
from datetime import date

import pyarrow as pa
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from partners.models import Customer, DatasetVersion
from portal.kit.errors import Refusal
from portal.kit.runs import LostLease
from predictions import publications, rows
from predictions.models import Pointer, Publication, Score, ScoringRun
from tests.cast import Cast

pytestmark = pytest.mark.lanes
DAY = date(2026, 10, 1)


def churn_table(chances: dict[str, float], *, gone: tuple[str, ...] = ()) -> pa.Table:
    ids = sorted(chances, key=chances.__getitem__, reverse=True)
    return pa.table(
        {
            "customer_id": ids,
            "probability": [chances[one] for one in ids],
            "band": ["high" if chances[one] > 0.5 else "low" for one in ids],
            "rank": pa.array(range(1, len(ids) + 1), pa.int32()),
            "money": [100.0 * chances[one] for one in ids],
            "reasons": [json.dumps([{"code": "recency", "sign": 1, "weight": 1.0, "values": {}}])] * len(ids),
            "gone": [one in gone for one in ids],
        }
    )


@pytest.fixture
def alder(cast: Cast) -> Iterator[Cast]:
    cast.dataset(cast.alder)
    _ = cast.customers, cast.products
    with scope(partner=cast.alder):
        yield cast


def running(kind: str = "churn") -> ScoringRun:
    run = ScoringRun.objects.create(kind=kind)
    run.claim(worker="w", at=timezone.now())
    return run


def put(cast: Cast, table: pa.Table, run: ScoringRun | None = None) -> tuple[Publication, bool]:
    run = run or running()
    made = publications.stage(run, cast.alder, cast.champion, table, as_of=DAY)
    return made, publications.publish(made, run=run, at=timezone.now())


def test_rows_are_unseen_until_the_pointer_moves(alder: Cast) -> None:
    run = running()
    made = publications.stage(run, alder.alder, alder.champion, churn_table({"C-1": 0.9, "C-2": 0.1}), as_of=DAY)
    assert made.scores.count() == 2
    assert publications.shown(alder.alder, "churn") is None
    assert publications.publish(made, run=run, at=timezone.now())
    assert publications.shown(alder.alder, "churn") == made


def test_staging_twice_leaves_one_set_of_rows(alder: Cast) -> None:
    run = running()
    for _ in range(2):
        made = publications.stage(run, alder.alder, alder.champion, churn_table({"C-1": 0.9, "C-2": 0.1}), as_of=DAY)
    assert Score.objects.filter(publication=made).count() == 2
    assert Publication.objects.filter(run=run).count() == 1


def test_the_next_publication_knows_the_change_and_keeps_the_previous(alder: Cast) -> None:
    first, _ = put(alder, churn_table({"C-1": 0.5, "C-2": 0.1}))
    second, _ = put(alder, churn_table({"C-1": 0.8, "C-2": 0.1, "C-3": 0.3}))
    changes = dict(second.scores.values_list("customer__external_id", "change"))
    assert changes["C-1"] == pytest.approx(0.3)
    assert changes["C-3"] is None
    pointer = Pointer.objects.get(partner=alder.alder, kind="churn")
    assert (pointer.publication, pointer.previous) == (second, first)
    first.refresh_from_db()
    assert first.state == "retired"


def test_a_rollback_shows_the_previous_list_again(alder: Cast) -> None:
    first, _ = put(alder, churn_table({"C-1": 0.5}))
    put(alder, churn_table({"C-1": 0.8}))
    assert publications.rollback(alder.alder, "churn", by=alder.vera, at=timezone.now()) == first
    assert publications.shown(alder.alder, "churn") == first


def test_without_an_earlier_publication_a_rollback_is_refused(alder: Cast) -> None:
    put(alder, churn_table({"C-1": 0.5}))
    with pytest.raises(Refusal, match="no earlier publication"):
        publications.rollback(alder.alder, "churn", by=alder.vera, at=timezone.now())


@pytest.mark.parametrize(
    ("table", "failed"),
    [
        (churn_table({}), "rows"),
        (churn_table({"C-1": float("nan"), "C-2": 0.2}), "numbers"),
        (churn_table({"C-1": 1.7, "C-2": 0.2}), "range"),
        (churn_table({f"X-{n}": 0.5 for n in range(40)}), "distribution"),
        (churn_table({"C-1": 0.4}), "count"),
    ],
)
def test_a_failing_gate_is_named_and_the_shown_list_stays(alder: Cast, table: pa.Table, failed: str) -> None:
    shown, _ = put(alder, churn_table({"C-1": 0.9, "C-2": 0.5, "C-3": 0.1}))
    made, published = put(alder, table)
    assert not published
    assert failed in {gate["name"] for gate in made.gates if not gate["passed"]}
    assert made.state == "refused"
    assert publications.shown(alder.alder, "churn") == shown


def test_an_undone_upload_may_shrink_the_list_as_far_as_the_data(alder: Cast) -> None:
    put(alder, churn_table({f"C-{n}": n / 100 for n in range(40)}))
    shrunk = DatasetVersion.objects.create(partner=alder.alder, number=2, counts={"customers": 10})
    DatasetVersion.objects.filter(number=1).update(counts={"customers": 40})
    alder.alder.dataset = shrunk
    alder.alder.save()
    made, published = put(alder, churn_table({f"C-{n}": n / 100 for n in range(10)}))
    assert published, made.gates


def test_what_a_rollback_needs_is_not_forgotten(alder: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publications, "KEPT", 1)
    first, _ = put(alder, churn_table({"C-1": 0.5}))
    for _n in range(3):
        publications.stage(running(), alder.alder, alder.champion, churn_table({"C-1": 0.6}), as_of=DAY)
    put(alder, churn_table({"C-1": 0.8}))
    assert Score.objects.filter(publication=first).count() == 1
    assert publications.rollback(alder.alder, "churn", by=alder.vera, at=timezone.now()) == first


def test_a_worker_that_lost_its_run_can_neither_stage_nor_publish(alder: Cast) -> None:
    run = running()
    made = publications.stage(run, alder.alder, alder.champion, churn_table({"C-1": 0.9}), as_of=DAY)
    ScoringRun.objects.filter(pk=run.pk).update(fence=99)
    with pytest.raises(LostLease):
        publications.publish(made, run=run, at=timezone.now())
    with pytest.raises(LostLease):
        publications.stage(run, alder.alder, alder.champion, churn_table({"C-1": 0.9}), as_of=DAY)
    assert publications.shown(alder.alder, "churn") is None


def test_publishing_again_after_a_crash_changes_nothing(alder: Cast) -> None:
    run = running()
    made, _ = put(alder, churn_table({"C-1": 0.9}), run)
    assert publications.publish(made, run=run, at=timezone.now())
    assert Pointer.objects.get(kind="churn").previous is None


def test_gone_customers_are_counted_apart(alder: Cast) -> None:
    made, _ = put(alder, churn_table({"C-1": 0.9, "C-2": 0.2, "C-3": 0.99}, gone=("C-3",)))
    assert (made.counts["gone"], made.counts["listed"], made.counts["high"]) == (1, 2, 1)
    assert made.counts["expected"] == pytest.approx(1.1)


def test_customers_the_database_does_not_know_are_made(alder: Cast) -> None:
    made, _ = put(alder, churn_table({"C-1": 0.9, "NEW-9": 0.2, "C-2": 0.1, "C-3": 0.1}))
    assert made.scores.filter(customer__external_id="NEW-9").exists()


def test_old_publications_lose_their_rows_but_keep_their_line(alder: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publications, "KEPT", 2)
    made = [put(alder, churn_table({"C-1": 0.5 + n / 10}))[0] for n in range(4)]
    counts = [Score.objects.filter(publication=one).count() for one in made]
    assert counts == [0, 0, 1, 1]
    assert Publication.objects.count() == 4
    assert not made[0].folder.exists()


def test_one_partners_publication_never_moves_anothers_pointer(alder: Cast) -> None:
    with scopes_disabled():
        theirs = alder.publication(alder.birch)
    put(alder, churn_table({"C-1": 0.5}))
    with scope(partner=alder.birch):
        assert publications.shown(alder.birch, "churn") == theirs


def test_what_answered_and_the_interval_of_a_chance_are_kept(alder: Cast) -> None:
    from training.ml import evidence

    table = churn_table({"C-1": 0.9, "C-2": 0.2})
    table = table.append_column("low", pa.array([0.8, None])).append_column("high", pa.array([0.95, None]))
    made, _ = put(alder, evidence.attach(table, basis={"answer": "own"}))
    made.refresh_from_db()
    assert made.evidence == {"basis": {"answer": "own"}}
    assert list(made.scores.order_by("rank").values_list("low", "high")) == [(0.8, 0.95), (None, None)]


def test_every_column_of_a_row_arrives_as_it_was_sent(alder: Cast) -> None:
    words = [{"code": "x", "sign": -1, "weight": -0.5, "values": {"name": 'a "quoted", 中文\n\\N line', "n": None}}]
    table = churn_table({"C-1": 0.1 + 0.2, "C-2": 0.25, "C-3": 1e-17}, gone=("C-2",))
    table = table.set_column(table.column_names.index("reasons"), "reasons", pa.array([json.dumps(words), "[]", None]))
    made, _ = put(alder, table)
    found = list(made.scores.order_by("rank").select_related("customer"))
    assert [row.customer.external_id for row in found] == ["C-1", "C-2", "C-3"]
    assert [row.probability for row in found] == [0.1 + 0.2, 0.25, 1e-17]
    assert [row.reasons for row in found] == [words, [], []]
    assert [row.gone for row in found] == [False, True, False]
    assert {(row.partner_id, row.low, row.high, row.change) for row in found} == {(alder.alder.pk, None, None, None)}


def many(count: int) -> pa.Table:
    return churn_table({f"N-{n:04}": 0.9 - n / 5000 for n in range(count)})


def test_killed_between_two_pieces_and_run_again_every_customer_has_one_row(
    alder: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "PIECE", 100)
    stored: list[int] = []
    real = rows.store

    def dying(piece: pa.RecordBatch) -> None:
        if len(stored) == 2:
            raise KeyboardInterrupt
        stored.append(piece.num_rows)
        real(piece)

    monkeypatch.setattr(rows, "store", dying)
    run = running()
    with pytest.raises(KeyboardInterrupt):
        put(alder, many(450), run)
    assert stored == [100, 100]
    assert publications.shown(alder.alder, "churn") is None
    monkeypatch.setattr(rows, "store", real)
    made, published = put(alder, many(450), run)
    assert published
    ranks = list(made.scores.order_by("rank").values_list("rank", "customer__external_id"))
    assert ranks == [(n + 1, f"N-{n:04}") for n in range(450)]


def test_a_lease_lost_between_two_pieces_ends_the_writing(alder: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "PIECE", 100)
    run, real = running(), rows.store

    def losing(piece: pa.RecordBatch) -> None:
        real(piece)
        ScoringRun.objects.filter(pk=run.pk).update(fence=99)

    monkeypatch.setattr(rows, "store", losing)
    with pytest.raises(LostLease):
        put(alder, many(250), run)
    assert Score.objects.count() == 100
    assert publications.shown(alder.alder, "churn") is None


def test_the_number_of_queries_grows_with_pieces_and_not_with_rows(
    alder: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = []
    for size, piece in ((200, 1000), (800, 1000), (800, 100)):
        monkeypatch.setattr(rows, "PIECE", piece)
        put(alder, many(size))  # the customers are known from here on
        with CaptureQueriesContext(connection) as seen:
            put(alder, many(size))
        counts.append(len(seen))
    few, same, pieces = counts
    assert abs(same - few) <= 2
    assert 7 * 3 <= pieces - same <= 7 * 6


def test_another_partners_customer_of_the_same_number_is_not_taken(alder: Cast) -> None:
    with scopes_disabled():
        theirs = Customer.objects.create(partner=alder.birch, external_id="C-1")
    made, _ = put(alder, churn_table({"C-1": 0.9, "C-2": 0.2}))
    with scopes_disabled():
        assert not Score.objects.filter(customer=theirs).exists()
        assert set(made.scores.values_list("customer__partner", flat=True)) == {alder.alder.pk}
