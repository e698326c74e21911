"""A pull as its child does it: against a real SFTP server and a small S3, file by file, twice, and after a crash."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone

from partners import feeds, originals, uploads
from partners.feeding import outcome, pull, ssh
from partners.models import Feed, FeedFile, FeedRun, Partner, Upload
from portal.kit.errors import Refusal
from portal.kit.runs import LostLease
from tests.partners.conftest import settle
from tests.partners.feeding.servers import Bucket, Sshd
from tests.partners.test_feeds import NOON

HEAD = b"order id,customer id,date,sku,quantity,price\n"
GOOD = HEAD + b"O1,C1,2026-01-05,S1,1,100\n"
SECRET = "wJalrXUtnFEMI-never-told"


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """Checks in this process: their child's own story is told in tests/portal/kit."""
    monkeypatch.setattr(outcome.runs, "run_here", lambda run, **_: settle(run) if run.state == "queued" else run)
    settings.PULL_HOSTS = ["127.0.0.1"]


def from_sftp(partner: Partner, server: Sshd, **more: Any) -> Feed:
    place = {**server.place, **more.pop("place", {})}
    feed = Feed(partner=partner, name="Nightly", kind="orders", way="sftp", place=place, **more)
    feeds.create(feed, by=None, at=NOON)
    feed.secret = feeds.vault.seal(partner, server.private)  # the key this server lets in
    feed.save()
    FeedRun.objects.all().delete()
    return feed


def from_s3(partner: Partner, bucket: Bucket, **more: Any) -> Feed:
    feed = Feed(partner=partner, name="Nightly", kind="orders", way="s3", place=bucket.place, **more)
    feeds.create(feed, by=None, at=NOON, secret=SECRET)
    FeedRun.objects.all().delete()
    return feed


def pulled(feed: Feed, ask: Callable[..., FeedRun] = feeds.run_now) -> FeedRun:
    """Do one run here and now, as a worker's child would."""
    run = ask(feed, by=None, at=timezone.now())
    return done(run)


def done(run: FeedRun) -> FeedRun:
    assert run.claim(worker="test", at=timezone.now())
    try:
        result = feeds.work(run, lambda **_: None)
        run.end(run.State.SUCCEEDED, at=timezone.now(), result=result, message=result["message"])
    except Refusal as refusal:
        run.end(run.State.FAILED, at=timezone.now(), message=refusal.sentence)
    run.refresh_from_db()
    return run


def files(feed: Feed) -> list[tuple[str, str, str]]:
    rows = FeedFile.objects.filter(feed=feed).order_by("pk").select_related("upload")
    return [(row.path.rpartition("/")[2], row.upload.state if row.upload else "", row.message) for row in rows]


def leftovers(partner: Partner) -> list[str]:
    return [path.name for path in (partner.folder / originals.INCOMING).glob("*")]


@pytest.fixture(params=["sftp", "s3"])
def either(request: pytest.FixtureRequest, inside: Partner) -> Iterator[tuple[Feed, Callable[..., Any]]]:
    """A pull and a way to put files where it looks, once for each kind of folder."""
    if request.param == "sftp":
        server: Sshd = request.getfixturevalue("ssh_server")
        yield from_sftp(inside, server), server.put
    else:
        yield request.getfixturevalue("stored")


@pytest.fixture
def stored(inside: Partner, bucket: Bucket) -> tuple[Feed, Callable[..., Any]]:
    """The same for a bucket alone, where the kind of folder makes no difference."""
    return from_s3(inside, bucket), lambda name, *content, **more: bucket.put(f"out/{name}", *content, **more)


Either = tuple[Feed, Callable[..., Any]]


class TestFetching:
    def test_what_is_new_is_fetched_checked_and_taken_into_use_once(self, either: Either, inside: Partner) -> None:
        feed, put = either
        put("orders.csv", GOOD)
        run = pulled(feed)
        assert run.message == "1 file was fetched and taken into use."
        assert files(feed) == [("orders.csv", "committed", "1 row is in use.")]
        upload = Upload.objects.get()
        assert (upload.filename, upload.kind, upload.size) == ("orders.csv", "orders", len(GOOD))
        with feeds.vault.original(upload).open() as stored:
            assert stored.read() == GOOD
        assert GOOD not in upload.original.read_bytes()
        assert leftovers(inside) == []
        assert pulled(feed).message == "Nothing new."
        assert Upload.objects.count() == 1

    def test_the_same_name_with_other_content_is_another_file(self, either: Either) -> None:
        feed, put = either
        put("orders.csv", GOOD)
        pulled(feed)
        put("orders.csv", GOOD + b"O2,C1,2026-01-06,S1,1,50\n")
        assert pulled(feed).message == "1 file was fetched and taken into use."
        assert Upload.objects.count() == 2

    def test_a_complete_list_sets_the_file_before_it_aside(self, either: Either) -> None:
        feed, put = either
        Feed.objects.filter(pk=feed.pk).update(complete=True)
        rows = b"".join(b"O%d,C1,2026-01-05,S1,1,50\n" % number for number in range(10))
        put("monday.csv", HEAD + rows)
        pulled(feed)
        put("tuesday.csv", HEAD + rows.replace(b"O9,", b"N9,"))
        assert pulled(feed).message == "1 file was fetched and taken into use."
        feed.partner.refresh_from_db()
        assert feed.partner.dataset is not None
        assert feed.partner.dataset.counts["orders"] == 10

    def test_a_complete_list_that_takes_much_away_waits_for_a_person(self, either: Either) -> None:
        feed, put = either
        Feed.objects.filter(pk=feed.pk).update(complete=True)
        put("orders.csv", GOOD + b"O2,C1,2026-01-06,S1,1,50\n")
        pulled(feed)
        put("orders.csv", GOOD)
        assert pulled(feed).message == "1 file waits for a person."

    def test_the_same_content_under_another_name_changes_nothing(self, either: Either) -> None:
        feed, put = either
        put("orders.csv", GOOD)
        pulled(feed)
        put("copy.csv", GOOD)
        assert pulled(feed).message == "1 file was in use already."
        assert files(feed)[-1] == ("copy.csv", "", "The same content is in use already: nothing was changed.")
        assert Upload.objects.count() == 1

    def test_only_what_the_pattern_means_and_the_newest_last(self, either: Either) -> None:
        feed, put = either
        feed.pattern = "orders-*.csv"
        feed.save()
        put("customers.csv", GOOD)
        put("ORDERS-2.csv", GOOD.replace(b"O1", b"O2"), changed=time.time() - 500)
        put("orders-1.csv", GOOD.replace(b"O1", b"O3"), changed=time.time() - 100)
        pulled(feed)
        assert [name for name, _state, _message in files(feed)] == ["ORDERS-2.csv", "orders-1.csv"]

    def test_a_file_that_may_still_grow_waits_until_it_has_settled(self, either: Either) -> None:
        feed, put = either
        put("orders.csv", GOOD, changed=time.time())
        run = pulled(feed)
        assert run.message == "1 file is still being written and comes next time."
        assert files(feed) == []
        put("orders.csv", GOOD, changed=time.time() - 61)
        assert "taken into use" in pulled(feed).message

    def test_a_server_whose_clock_is_ahead_is_believed_the_second_time(self, either: Either) -> None:
        feed, put = either
        put("orders.csv", GOOD, changed=round(time.time()) + 86_400)
        first = pulled(feed)
        assert "still being written" in first.message
        FeedRun.rows().filter(pk=first.pk).update(ended_at=timezone.now() - timezone.timedelta(seconds=90))
        assert "taken into use" in pulled(feed).message

    def test_a_file_beyond_the_limit_is_named_once_and_never_fetched(self, either: Either, settings: Any) -> None:
        feed, put = either
        settings.UPLOAD_MAX_MB = 1
        put("huge.csv", b"x" * (2**20 + 1))
        put("empty.csv", b"")
        assert pulled(feed).message == "2 files were not fetched."
        told = {name: message for name, _state, message in files(feed)}
        assert "larger than 1 MB, the limit" in told["huge.csv"]
        assert "empty" in told["empty.csv"]
        assert pulled(feed).message == "Nothing new."
        assert not Upload.objects.exists()

    def test_many_files_come_in_portions(self, either: Either, monkeypatch: pytest.MonkeyPatch) -> None:
        feed, put = either
        monkeypatch.setattr(pull, "AT_ONCE", 2)
        for number in range(3):
            put(f"{number}.csv", GOOD.replace(b"O1", b"O%d" % number))
        assert pulled(feed).message == "2 files were fetched and taken into use. 1 more comes next time."
        assert pulled(feed).message == "1 file was fetched and taken into use."

    def test_a_slow_server_does_not_keep_the_worker_for_ever(
        self, stored: Either, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        feed, put = stored
        put("orders.csv", GOOD)
        monkeypatch.setattr(pull, "FETCH_SECONDS", -1.0)
        assert pulled(feed).message == "1 more comes next time."

    def test_a_long_name_fits_where_progress_is_told(self, stored: Either) -> None:
        feed, put = stored
        put("o" * 200 + ".csv", GOOD)
        run = feeds.run_now(feed, by=None, at=timezone.now())
        run.claim(worker="test", at=timezone.now())
        told: list[str] = []
        feeds.work(run, lambda **words: told.append(words["stage"]))
        assert max(len(stage) for stage in told) <= run._meta.get_field("stage").max_length
        assert Upload.objects.get().filename == "o" * 200 + ".csv"


class TestJudging:
    def test_a_file_with_errors_waits_for_a_person_and_keeps_no_other_waiting(self, stored: Either) -> None:
        feed, put = stored
        put("bad.csv", GOOD + b"O2,C1,not a date,S1,1,50\n", changed=time.time() - 9000)
        put("good.csv", GOOD)
        run = pulled(feed)
        assert run.message == "1 file was fetched and taken into use. 1 file waits for a person."
        assert files(feed) == [
            ("bad.csv", "refused", "1 row has an error."),
            ("good.csv", "committed", "1 row is in use."),
        ]

    def test_a_file_that_cannot_be_read_at_all_waits_too_and_is_not_quoted(self, stored: Either) -> None:
        feed, put = stored
        put("bad.csv", b"name\nGeheim GmbH\n")
        pulled(feed)
        assert files(feed) == [("bad.csv", "refused", "It needs a correction before it can be used.")]

    def test_without_the_wish_nothing_is_taken_into_use(self, stored: Either) -> None:
        feed, put = stored
        feed.takes = False
        feed.save()
        put("orders.csv", GOOD)
        assert pulled(feed).message == "1 file was fetched and checked."
        assert files(feed) == [("orders.csv", "checked", "Checked; somebody takes it into use.")]

    def test_a_column_nobody_was_asked_about_is_a_question_the_first_time(self, stored: Either) -> None:
        feed, put = stored
        put("orders.csv", GOOD)
        pulled(feed)
        upload = Upload.objects.get()
        upload.mapping["matches"][0]["role"] = "suggested"
        assert not outcome.asks(upload)  # a file with this very header is in use: it was answered
        upload.reading["source"]["columns"] = ["another", "header"]
        assert outcome.asks(upload)
        upload.mapping["matches"][0]["by_hand"] = True
        assert not outcome.asks(upload)


class TestCrashes:
    def test_a_pull_killed_while_it_fetched_leaves_nothing_and_can_be_done_again(
        self, stored: Either, inside: Partner, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        feed, put = stored
        put("orders.csv", GOOD)
        run = feeds.run_now(feed, by=None, at=timezone.now())

        def killed(*_: Any) -> None:
            raise KeyboardInterrupt

        run.claim(worker="first", at=timezone.now())
        with monkeypatch.context() as patch:
            patch.setattr(pull.originals, "adopt", killed)
            with pytest.raises(KeyboardInterrupt):
                feeds.work(run, lambda **_: None)
        assert (Upload.objects.count(), FeedFile.objects.count(), leftovers(inside)) == (0, 0, [])
        run.give_back(at=timezone.now(), message="killed")
        assert done(run).message == "1 file was fetched and taken into use."

    def test_a_pull_killed_before_the_check_is_gone_on_with(
        self, stored: Either, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        feed, put = stored
        put("orders.csv", GOOD)
        run = feeds.run_now(feed, by=None, at=timezone.now())

        def killed(*_: Any, **__: Any) -> None:
            raise KeyboardInterrupt

        run.claim(worker="first", at=timezone.now())
        with monkeypatch.context() as patch:
            patch.setattr(uploads, "request_check", killed)
            with pytest.raises(KeyboardInterrupt):
                feeds.work(run, lambda **_: None)
        assert files(feed) == [("orders.csv", "received", "")]
        run.give_back(at=timezone.now(), message="killed")
        assert done(run).message == "1 file was fetched and taken into use."
        assert Upload.objects.count() == 1

    def test_a_pull_that_another_worker_took_over_writes_nothing(self, stored: Either, inside: Partner) -> None:
        feed, put = stored
        put("orders.csv", GOOD)
        run = feeds.run_now(feed, by=None, at=timezone.now())
        run.claim(worker="first", at=timezone.now())
        FeedRun.rows().filter(pk=run.pk).update(fence=run.fence + 1)
        with pytest.raises(LostLease):
            feeds.work(run, lambda **_: None)
        assert (Upload.objects.count(), FeedFile.objects.count(), leftovers(inside)) == (0, 0, [])

    def test_what_was_fetched_before_the_connection_broke_is_gone_on_with(
        self, stored: Either, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        feed, put = stored
        put("1.csv", GOOD, changed=time.time() - 9000)
        put("2.csv", GOOD.replace(b"O1", b"O2"))
        fetch = pull._fetch

        def breaking(run: FeedRun, folder: Any, entry: Any, tally: Any) -> None:
            if entry.name == "2.csv":
                raise Refusal("The server went away.")
            fetch(run, folder, entry, tally)

        monkeypatch.setattr(pull, "_fetch", breaking)
        run = pulled(feed)
        assert run.state == "failed"
        assert run.message == "1 file was fetched and taken into use. 2.csv: The server went away."


class TestTesting:
    def test_a_reachable_folder_says_what_it_holds_and_nothing_is_fetched(self, either: Either) -> None:
        feed, put = either
        put("orders.csv", GOOD)
        run = pulled(feed, feeds.request_test)
        assert run.message == "The connection works: 1 file there now is meant by “*”."
        assert run.result["names"] == ["orders.csv"]
        assert not Upload.objects.exists()

    def test_an_unknown_server_shows_its_key_and_is_told_nothing_until_it_is_confirmed(
        self, inside: Partner, ssh_server: Sshd
    ) -> None:
        feed = from_sftp(inside, ssh_server, place={"host_key": "", "fingerprint": ""})
        assert "confirmed the server’s key" in pulled(feed).message
        run = pulled(feed, feeds.request_test)
        assert run.result["keys"] == [ssh_server.host_key]
        feeds.trust(feed, ssh.fingerprint(ssh_server.host_key))
        assert pulled(feed, feeds.request_test).message.startswith("The connection works")

    def test_a_pasted_fingerprint_is_enough(self, inside: Partner, ssh_server: Sshd) -> None:
        feed = from_sftp(inside, ssh_server, place={"host_key": ""})
        assert pulled(feed).message == "Nothing new."
        feed.refresh_from_db()
        assert feed.place["host_key"] == ssh_server.host_key

    def test_a_replaced_key_stops_everything_and_is_shown_by_a_test(self, inside: Partner, ssh_server: Sshd) -> None:
        other = ssh.host_key(ssh.key_pair("other")[1])
        feed = from_sftp(inside, ssh_server, place={"host_key": other, "fingerprint": ssh.fingerprint(other)})
        assert "shows another key than the one confirmed" in pulled(feed).message
        run = pulled(feed, feeds.request_test)
        assert "shows another key than the one confirmed" in run.message
        assert run.result["keys"] == [ssh_server.host_key]

    def test_another_fingerprint_than_the_pasted_one_is_refused(self, inside: Partner, ssh_server: Sshd) -> None:
        wrong = ssh.fingerprint(ssh.host_key(ssh.key_pair("other")[1]))
        feed = from_sftp(inside, ssh_server, place={"host_key": "", "fingerprint": wrong})
        assert "shows another key than the one confirmed" in pulled(feed).message


def test_no_secret_is_ever_told(inside: Partner, bucket: Bucket, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    feed = from_s3(inside, bucket)
    said: list[Any] = []
    for refuses in (None, (403, "SignatureDoesNotMatch"), (500, "InternalError")):
        bucket.refuses = refuses
        run = feeds.run_now(feed, by=None, at=timezone.now())
        run.claim(worker="test", at=timezone.now())
        try:
            said.append(feeds.work(run, lambda **words: said.append(words)))
        except Refusal as refusal:
            said.append(refusal.sentence)
        FeedRun.objects.all().delete()
    assert SECRET not in f"{said} {caplog.text} {feed.place}"
