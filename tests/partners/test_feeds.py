"""Scheduled pulls: what is kept, what starts when, and who is asked before anything is."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django_scopes import ScopeError, scope, scopes_disabled

from partners import feeds, vault
from partners.feeding import ssh
from partners.models import Feed, FeedRun, Partner
from portal.kit.errors import Refusal
from tests.cast import Cast

pytestmark = pytest.mark.lanes
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
KEY = ssh.host_key(ssh.key_pair("host")[1])
OTHER = ssh.host_key(ssh.key_pair("other")[1])
S3: dict[str, Any] = {
    "endpoint": "https://s3.example.com", "region": "eu-1", "bucket": "exports", "prefix": "out", "access_key": "AK",
}  # fmt: skip
SFTP: dict[str, Any] = {"host": "files.example.com", "port": 22, "user": "fairway", "folder": "out"}


def made(partner: Partner, way: str = "sftp", **more: Any) -> Feed:
    place = {"sftp": SFTP, "s3": S3}[way]
    fields = {"name": f"Nightly {way}", "kind": "orders", "way": way, "place": dict(place), "cron": "0 4 * * *", **more}
    return feeds.create(Feed(partner=partner, **fields), by=None, at=NOON, secret="s3cret" if way == "s3" else "")


def ended(feed: Feed, **result: Any) -> FeedRun:
    run: FeedRun = feed.runs.first()
    told = {"message": "The connection works.", "result": result}
    FeedRun.rows().filter(pk=run.pk).update(state="succeeded", ended_at=NOON, **told)
    return run


class TestKeeping:
    def test_an_sftp_pull_gets_a_key_pair_whose_private_half_only_the_vault_opens(self, inside: Partner) -> None:
        feed = Feed.objects.get(pk=made(inside).pk)
        assert feed.place["public_key"].startswith("ssh-ed25519 ")
        assert b"PRIVATE" not in bytes(feed.secret)
        assert vault.open_sealed(inside, bytes(feed.secret)).startswith(b"-----BEGIN OPENSSH PRIVATE KEY-----")

    def test_each_pull_has_a_key_of_its_own(self, inside: Partner) -> None:
        assert made(inside).place["public_key"] != made(inside, name="Other").place["public_key"]

    def test_an_s3_secret_is_sealed(self, inside: Partner) -> None:
        feed = Feed.objects.get(pk=made(inside, "s3").pk)
        assert b"s3cret" not in bytes(feed.secret)
        assert "s3cret" not in str(feed.place)
        assert vault.open_sealed(inside, bytes(feed.secret)) == b"s3cret"

    def test_a_new_pull_is_planned_and_tested_first(self, inside: Partner, no_broker: list[Any]) -> None:
        feed = made(inside)
        assert feed.next_at == datetime(2026, 11, 23, 4, tzinfo=UTC)
        assert [run.is_test for run in feed.runs.all()] == [True]

    def test_names_are_unique_and_the_number_of_pulls_is_bounded(
        self, inside: Partner, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made(inside)
        with pytest.raises(Refusal, match="called “Nightly sftp” already"):
            made(inside)
        monkeypatch.setattr(feeds, "MOST", 1)
        with pytest.raises(Refusal, match="delete one of them first"):
            made(inside, name="Other")

    @pytest.mark.parametrize("host", ["0x7f.1", "2130706433", "-oProxyCommand=id", "a b"])
    def test_what_is_no_host_is_not_kept(self, host: str, inside: Partner) -> None:
        with pytest.raises(Refusal, match="is not a host"):
            made(inside, place={**SFTP, "host": host})
        assert not Feed.objects.exists()

    def test_a_host_is_kept_as_it_is_resolved(self, inside: Partner) -> None:
        assert made(inside, place={**SFTP, "host": "Files.Example.COM."}).place["host"] == "files.example.com"
        assert made(inside, name="Other", place={**SFTP, "host": "[2001:DB8::1]"}).place["host"] == "2001:db8::1"

    def test_an_s3_address_without_encryption_is_not_kept_unless_the_operator_allows_it(
        self, inside: Partner, settings: Any
    ) -> None:
        place = {**S3, "endpoint": "http://minio.corp:9000"}
        with pytest.raises(Refusal, match="without encryption"):
            made(inside, "s3", place=place)
        settings.PULL_HOSTS = ["minio.corp"]
        assert made(inside, "s3", place=place).pk


class TestChanging:
    def test_another_host_has_to_prove_itself_anew(self, inside: Partner) -> None:
        feed = made(inside, place={**SFTP, "host_key": KEY, "fingerprint": ssh.fingerprint(KEY)})
        public = feed.place["public_key"]
        feeds.change(feed, at=NOON, place={**SFTP, "folder": "elsewhere"})
        assert (feed.place["host_key"], feed.place["folder"]) == (KEY, "elsewhere")
        feeds.change(feed, at=NOON, place={**SFTP, "host": "other.example.com"})
        assert not feed.place.get("host_key")
        assert not feed.place.get("fingerprint")
        assert feed.place["public_key"] == public

    def test_another_fingerprint_takes_the_old_key_away(self, inside: Partner) -> None:
        feed = made(inside, place={**SFTP, "host_key": KEY, "fingerprint": ssh.fingerprint(KEY)})
        feeds.change(feed, at=NOON, place={**SFTP, "fingerprint": ssh.fingerprint(OTHER)})
        assert feed.place.get("host_key") is None
        assert feed.place["fingerprint"] == ssh.fingerprint(OTHER)

    def test_another_s3_address_needs_its_secret_again(self, inside: Partner) -> None:
        feed = made(inside, "s3")
        feeds.change(feed, at=NOON, place={**S3, "prefix": "deeper"})
        with pytest.raises(Refusal, match="needs its secret key"):
            feeds.change(feed, at=NOON, place={**S3, "endpoint": "https://evil.example.com"})
        feeds.change(feed, at=NOON, place={**S3, "endpoint": "https://new.example.com"}, secret="new")
        assert vault.open_sealed(inside, bytes(feed.secret)) == b"new"

    def test_a_changed_plan_never_runs_a_slot_twice(self, inside: Partner) -> None:
        feed = made(inside)
        feed.last_at, feed.cron = NOON + timedelta(hours=2), "0 * * * *"
        feeds.change(feed, at=NOON, place=SFTP)
        assert feed.next_at == NOON + timedelta(hours=3)


class TestTrust:
    def test_only_a_key_the_server_showed_can_be_confirmed(self, inside: Partner) -> None:
        feed = made(inside)
        ended(feed, keys=[KEY])
        with pytest.raises(Refusal, match="has not shown this key"):
            feeds.trust(feed, ssh.fingerprint(OTHER))
        feeds.trust(feed, ssh.fingerprint(KEY))
        assert Feed.objects.get().place["host_key"] == KEY


class TestTheClock:
    def test_a_due_pull_starts_once_however_many_tick_and_missed_slots_are_one_run(
        self, cast: Cast, no_broker: list[Any], django_capture_on_commit_callbacks: Any
    ) -> None:
        with scope(partner=cast.alder):
            feed = made(cast.alder)
            ended(feed)
        late = NOON + timedelta(days=5)
        with django_capture_on_commit_callbacks(execute=True):
            (run,) = feeds.start_due(at=late)
        assert feeds.start_due(at=late) == []
        assert ("partners.FeedRun", run.pk) in no_broker
        with scope(partner=cast.alder):
            feed.refresh_from_db()
        assert (feed.next_at, feed.last_run_id) == (datetime(2026, 11, 28, 4, tzinfo=UTC), run.pk)

    def test_the_clock_serves_every_partner_though_nobody_else_sees_across(self, cast: Cast) -> None:
        for partner in (cast.alder, cast.birch):
            with scope(partner=partner):
                ended(made(partner))
        with pytest.raises(ScopeError):
            Feed.objects.count()
        assert len(feeds.start_due(at=NOON + timedelta(days=1))) == 2
        with scope(partner=cast.birch):
            assert Feed.objects.count() == 1

    def test_a_paused_one_waits_and_starts_from_now_on_when_resumed(self, inside: Partner) -> None:
        feed = made(inside)
        ended(feed)
        feeds.pause(feed)
        assert feeds.start_due(at=NOON + timedelta(days=9)) == []
        feeds.resume(feed, at=NOON + timedelta(days=9))
        assert feeds.start_due(at=NOON + timedelta(days=9)) == []
        assert len(feeds.start_due(at=NOON + timedelta(days=10))) == 1

    def test_one_that_still_runs_is_not_started_again_and_says_so(self, inside: Partner) -> None:
        feed = made(inside)
        assert feeds.start_due(at=NOON + timedelta(days=1)) == []
        feed.refresh_from_db()
        assert "is being worked on" in feed.last_message
        with pytest.raises(Refusal, match="is being worked on"):
            feeds.run_now(feed, by=None, at=NOON)
        with pytest.raises(Refusal, match="is being worked on"):
            feeds.remove(feed)

    def test_a_closed_partner_is_not_served(self, cast: Cast) -> None:
        with scope(partner=cast.alder):
            ended(made(cast.alder))
        cast.alder.is_active = False
        cast.alder.save()
        assert feeds.start_due(at=NOON + timedelta(days=1)) == []

    def test_what_was_fetched_outlives_its_pull(self, inside: Partner) -> None:
        feed = made(inside)
        ended(feed)
        feeds.remove(feed)
        with scopes_disabled():
            assert not FeedRun.objects.exists()


def test_runs_of_long_ago_are_forgotten_but_never_the_last(inside: Partner) -> None:
    feed = made(inside)
    old = ended(feed)
    new = FeedRun.objects.create(feed=feed, slot="later", state="succeeded", ended_at=NOON + timedelta(days=80))
    assert feeds.tidy(inside, at=NOON + timedelta(days=89)) == 0
    Feed.rows().filter(pk=feed.pk).update(last_run=old)
    assert feeds.tidy(inside, at=NOON + timedelta(days=91)) == 0, "the page still shows the last one"
    Feed.rows().filter(pk=feed.pk).update(last_run=new)
    assert feeds.tidy(inside, at=NOON + timedelta(days=91)) == 1
    assert list(FeedRun.objects.all()) == [new]
