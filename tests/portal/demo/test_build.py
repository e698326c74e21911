"""Building the demo: through the upload door, resumable, once. Models are stood in for where they are not the point."""

import json
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from partners import uploads
from partners.intake import tables
from partners.models import Customer, DatasetVersion, Partner, Product, Upload, User
from portal.demo import accounts, build, history, partners, recovery, steps
from portal.kit.errors import Refusal
from predictions.models import Action, Outcome, Pointer, Publication, Score, ScoringRun

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 1)
SIZES = {"huaxin": 10, "harbour": 18}


@pytest.fixture(autouse=True)
def tiny(settings, monkeypatch):
    """A world of two dwarfs, and the demo allowed."""
    settings.DEMO = True
    monkeypatch.setattr(partners, "SMALL", SIZES)


class Queue:
    """Does at once what a pool would do beside us: a test's transaction is seen by its own thread only."""

    def __init__(self, max_workers):
        assert max_workers == 2

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def submit(self, function, *arguments):
        function(*arguments)
        return self

    def result(self):
        pass


@pytest.fixture
def models(cast, monkeypatch):
    """Stand-ins for training and scoring: they note what was asked for and publish chances without a model."""
    asked = []
    monkeypatch.setattr(build, "KINDS", ("customers", "orders"))
    monkeypatch.setattr(build, "ThreadPoolExecutor", Queue)

    def train(kind, *, as_of, **_):
        asked.append(("train", kind, as_of))
        return cast.version(kind=kind, as_of=as_of)

    def score(kind, *, as_of, partner=None):
        asked.append(("score", kind, as_of, partner.slug if partner else "all"))
        for one in [partner] if partner else Partner.objects.filter(dataset__isnull=False):
            if kind == "churn":
                publish(cast, one, as_of)
        return "scored"

    monkeypatch.setattr(steps, "train", train)
    monkeypatch.setattr(steps, "score", score)
    return asked


def publish(cast, partner, as_of):
    with scope(partner=partner):
        run = ScoringRun.objects.create(kind="churn", partner=partner, as_of=as_of)
        publication = Publication.objects.create(
            partner=partner,
            kind="churn",
            run=run,
            version=cast.version(),
            dataset=partner.dataset,
            as_of=as_of,
            state="published",
        )
        for rank, customer in enumerate(Customer.objects.filter(partner=partner), start=1):
            Score.objects.create(
                partner=partner,
                publication=publication,
                customer=customer,
                rank=rank,
                probability=1 / (rank + 1),
                band="high",
            )
        Pointer.objects.update_or_create(partner=partner, kind="churn", defaults={"publication": publication})
    return publication


@pytest.fixture
def made():
    return build.plan(seed=7, scale="small", today=TODAY)


@pytest.fixture
def said():
    return []


@pytest.fixture
def written(made, said):
    """The files on disk and the partners and people in the database, nothing uploaded yet."""
    build._write(made, said.append)
    for each in made.partners:
        accounts.partner_row(each)
    accounts.sign_ups()
    return made


def test_a_file_goes_in_through_the_upload_door(written):
    file = next(each for each in written.files if (each.slug, each.kind) == ("harbour", "customers"))
    assert "18" in steps.ingest(file, at=TODAY)
    partner = Partner.objects.get(slug="harbour")
    with scope(partner=partner):
        upload = Upload.objects.get()
        assert (upload.state, upload.rows, upload.created_by.email) == ("committed", 18, "olivia@harbour.example")
        assert upload.runs.get().state == "succeeded"
        assert Customer.objects.count() == 18
        assert set(Customer.objects.first().attributes) >= {
            "employees",
            "contract_type",
            "payment_terms",
            "account_manager",
        }


def test_a_file_in_use_is_not_sent_again(written):
    file = written.files[0]
    steps.ingest(file, at=TODAY)
    assert steps.ingest(file, at=TODAY) == ""
    with scopes_disabled():
        assert Upload.objects.count() == 1


def test_an_upload_left_behind_by_a_killed_build_is_taken_up(written):
    file = written.files[1]
    partner = Partner.objects.get(slug=file.slug)
    with scope(partner=partner):
        left = uploads.receive(
            partner, kind=file.kind, filename=file.path.name, chunks=[file.path.read_bytes()], by=None
        )
        steps.ingest(file, at=TODAY)
        assert Upload.objects.get().pk == left.pk
        assert Upload.objects.get().state == "committed"


def test_a_run_that_a_killed_build_left_running_is_taken_up_once_its_lease_is_out(written, monkeypatch):
    file = written.files[1]
    partner = Partner.objects.get(slug=file.slug)
    with scope(partner=partner):
        left = uploads.receive(
            partner, kind=file.kind, filename=file.path.name, chunks=[file.path.read_bytes()], by=None
        )
        run = uploads.prepare(left, "commit", by=None, at=TODAY)
        assert run.claim(worker="killed", at=timezone.now())
        slept = []

        def sleep(seconds):
            slept.append(seconds)
            run.rows().filter(pk=run.pk).update(lease_until=timezone.now() - timedelta(seconds=1))

        monkeypatch.setattr(steps.time, "sleep", sleep)
        monkeypatch.setattr(steps.runs, "run_here", steps.here)
        steps.ingest(file, at=TODAY)
        assert slept == [steps.PAUSE]
        assert Upload.objects.get().state == "committed"
        run.refresh_from_db()
        assert (run.state, run.attempts) == ("succeeded", 2)


def test_a_file_that_cannot_be_used_stops_the_build_with_a_sentence(written):
    file = written.files[1]
    file.path.write_text("nothing;of;use\n1;2;3\n")
    with pytest.raises(Refusal):
        steps.ingest(file, at=TODAY)


def test_every_row_of_the_world_arrives(written, said):
    build._ingest(written, said.append, list(SIZES))
    assert len(said) == 3
    import pyarrow.parquet as pq

    for slug, size in SIZES.items():
        partner = Partner.objects.get(slug=slug)
        with scope(partner=partner):
            dataset = DatasetVersion.objects.get(pk=partner.dataset_id)
            assert dataset.last_on < TODAY
            assert pq.read_metadata(dataset.folder / "customers.parquet").num_rows == size
            assert Product.objects.filter(is_present=True).count() == 336
            uploaded = {one.kind: one.rows for one in Upload.objects.all()}
            assert uploaded["orders"] == sum(
                pq.read_metadata(one).num_rows for one in tables.sources(dataset.folder, "orders")
            )
            assert uploaded.keys() == {"customers", "products", "orders", "subscriptions", "interactions"}


def test_the_demo_is_built_smallest_demo_partner_first(made, models, said):
    logins = build.build(made, say=said.append)
    ago = TODAY - timedelta(days=build.AGO)
    assert models == [
        ("train", "churn", ago),
        ("score", "churn", ago, "huaxin"),
        ("score", "churn", ago, "harbour"),
        ("train", "churn", TODAY),
        ("score", "churn", TODAY, "all"),
        ("train", "recommendation", TODAY),
        ("score", "recommendation", TODAY, "all"),
    ]
    assert {login.role for login in logins} == {"vendor", "owner", "manager", "viewer"}
    assert all(" s  " in sentence for sentence in said)
    assert build.finished()
    assert not build.begun()


def test_last_months_list_looks_a_month_old(made, models, said):
    build.build(made, say=said.append)
    with scopes_disabled():
        old = Publication.objects.filter(partner__slug="harbour").earliest("as_of")
    assert old.as_of == old.published_at.date() == TODAY - timedelta(days=build.AGO)


def test_a_build_cut_short_goes_on_where_it_stopped(made, models, said, monkeypatch):
    good = steps.score

    def cut(*_, **__):
        raise Refusal("the power went")

    monkeypatch.setattr(steps, "score", cut)
    with pytest.raises(Refusal, match="the power went"):
        build.build(made, say=said.append)
    assert build.begun()
    truth = (made.folder / "truth.parquet").stat().st_mtime_ns
    with scopes_disabled():
        sent = set(Upload.objects.values_list("pk", flat=True))
    monkeypatch.setattr(steps, "score", good)
    build.build(build.plan(seed=7, scale="small", today=TODAY + timedelta(days=3)), say=said.append)
    assert build.finished()
    assert (made.folder / "truth.parquet").stat().st_mtime_ns == truth
    with scopes_disabled():
        assert set(Upload.objects.values_list("pk", flat=True)) == sent
    assert models[-1][2] == TODAY


def test_a_half_written_world_is_written_again(made, said):
    (made.folder / "harbour").mkdir(parents=True)
    (made.folder / "harbour" / "orders.csv").write_text("cut off")
    build._write(made, said.append)
    assert (made.folder / "world.json").exists()
    assert "订单号" in (made.folder / "messy-orders-zh-hans.csv").read_text("gb18030")
    assert (made.folder / "harbour" / "orders.csv").stat().st_size > 1000


def test_a_second_call_finds_it_and_does_nothing(models, capsys):
    call_command("demo", scale="small")
    first, asked = capsys.readouterr().out, list(models)
    call_command("demo")  # without a scale: whatever is there
    second = capsys.readouterr().out
    assert models == asked
    assert "nothing was changed" in second
    for printed in (first, second):
        assert accounts.PASSWORD in printed
        assert all(login.email in printed for login in accounts.LOGINS)


def test_another_scale_is_refused_unless_fresh(models):
    call_command("demo", scale="small")
    with pytest.raises(CommandError, match="--fresh"):
        call_command("demo", scale="full")
    with pytest.raises(CommandError, match="--fresh"):
        call_command("demo", scale="small", seed=8)


def test_fresh_removes_the_old_world_first(models):
    call_command("demo", scale="small")
    old = Partner.objects.get(slug="harbour")
    call_command("demo", scale="small", seed=8, fresh=True)
    new = Partner.objects.get(slug="harbour")
    assert new.key != old.key
    assert not old.folder.exists()
    assert json.loads((build.home() / "plan.json").read_text())["seed"] == 8
    assert User.objects.count() == len(accounts.LOGINS)


def test_a_database_wiped_under_the_files_is_filled_again(models):
    call_command("demo", scale="small")
    accounts.forget(list(SIZES))
    assert not build.finished()
    call_command("demo", scale="small")
    assert build.finished()


def test_nothing_is_judged_before_there_is_a_list(models, made):
    with pytest.raises(CommandError, match="No demo partner has a published churn list"):
        call_command("demo", judge=True)
    (build.home() / "plan.json").unlink()
    with pytest.raises(CommandError, match="There is no demo world to judge"):
        call_command("demo", judge=True)
    assert not (build.home() / "plan.json").exists()


def test_the_lists_are_judged_by_the_truth(made, models, said, capsys):
    build.build(made, say=said.append)
    for slug in SIZES:
        save_scores(Partner.objects.get(slug=slug), build._truth(made)[slug])
    call_command("demo", judge=True)
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].startswith("No order in 90 days against any: AUC 1.000")
    assert [line.split(":")[0] for line in lines[3:]] == list(recovery.NAMED_BY)


def save_scores(partner, truth):
    """A clairvoyant's list in place of the stand-in's."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with scope(partner=partner):
        publication = Pointer.objects.get(partner=partner, kind="churn").publication
    publication.folder.mkdir(parents=True, exist_ok=True)
    rows = [
        {"customer_id": number, "probability": float(fact["orders_90"] == 0), "reasons": "[]", "gone": False}
        for number, fact in truth.items()
    ]
    pq.write_table(pa.Table.from_pylist(rows), publication.folder / "scores.parquet")


@pytest.fixture
def worked(written, cast, said):
    """Harbour's people have worked through last month's list. Returns the partner and the truth."""
    build._ingest(written, said.append, ["harbour"])
    partner = Partner.objects.get(slug="harbour")
    since = TODAY - timedelta(days=28)
    publish(cast, partner, since)
    truth = build._truth(written)["harbour"]
    history.live(partner, truth, since=since, until=TODAY, seed=7)
    return partner, truth, since


def test_the_history_lies_between_last_months_list_and_today(worked):
    partner, _, since = worked
    with scope(partner=partner):
        days = [deed.on for model in (Action, Outcome) for deed in model.objects.all()]
        people = {deed.by.email for deed in Action.objects.all()}
        assert {deed.publication.as_of for deed in Action.objects.all()} == {since}
    assert len(days) > 15
    assert min(days) >= since
    assert max(days) < TODAY
    assert people <= {"olivia@harbour.example", "marcus@harbour.example"}


def test_lost_are_only_those_who_truly_leave_and_bought_only_what_was_bought(worked):
    import duckdb

    partner, truth, _ = worked
    source = tables.relation(partner.dataset.folder, "orders")
    pairs = set(duckdb.sql(f"SELECT DISTINCT customer_id, sku FROM {source}").fetchall())
    with scope(partner=partner):
        for outcome in Outcome.objects.select_related("customer", "product"):
            if outcome.verdict == "lost":
                assert truth[outcome.customer.external_id]["left_on"] is not None
            if outcome.verdict == "bought":
                assert (outcome.customer.external_id, outcome.product.sku) in pairs
        verdicts = set(Outcome.objects.values_list("verdict", flat=True))
    assert {"bought", "wrong_product"} <= verdicts


def test_the_history_is_lived_once(worked):
    partner, truth, since = worked
    assert history.live(partner, truth, since=since, until=TODAY, seed=7) == 0
