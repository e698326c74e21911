"""Pages of scheduled pulls: for owners only, what is to be done stands first, and no secret is ever on one."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope

from partners import feeds, vault
from partners.feeding import ssh
from partners.models import Feed, FeedFile, FeedRun, Upload
from tests.cast import Cast
from tests.partners.test_feeds import KEY, OTHER, S3, SFTP, ended, made

SECRET = "wJalrXUtnFEMI-never-shown"
COMMON = {"name": "Nightly", "kind": "orders", "pattern": "orders-*.csv", "when": "0 4 * * *", "cron": "",
          "time_zone": "Europe/Berlin", "takes": "on"}  # fmt: skip
S3_GIVEN = {**COMMON, **S3, "secret": SECRET}
SFTP_GIVEN = {**COMMON, **SFTP, "host_key": ""}


@pytest.fixture
def ada(cast: Cast) -> Client:
    return cast.browser(cast.ada)


@pytest.fixture
def feed(cast: Cast) -> Feed:
    with scope(partner=cast.alder):
        one = made(cast.alder, name="Nightly")
        ended(one)
    return one


def at(name: str, *args: Any) -> str:
    return reverse(name, args=["alder", *args])


def page(browser: Client, feed: Feed) -> str:
    return browser.get(at("feed", feed.pk)).content.decode()


def only(cast: Cast) -> Feed:
    with scope(partner=cast.alder):
        return Feed.objects.get()


class TestAdding:
    def test_every_file_can_be_the_complete_list_but_never_of_outcomes(self, cast: Cast, ada: Client) -> None:
        ada.post(at("feed-new") + "?from=sftp", {**SFTP_GIVEN, "complete": "on"})
        assert only(cast).complete
        assert "is the complete list" in page(ada, only(cast))
        said = {**SFTP_GIVEN, "name": "Other", "kind": "outcomes", "complete": "on"}
        refused = ada.post(at("feed-new") + "?from=sftp", said)
        assert "cannot be a complete list" in refused.content.decode()
        assert only(cast).name == "Nightly"

    def test_an_sftp_pull_is_added_tested_and_shows_the_key_to_install(self, cast: Cast, ada: Client) -> None:
        answer = ada.post(at("feed-new") + "?from=sftp", SFTP_GIVEN, follow=True)
        one = only(cast)
        assert answer.redirect_chain == [(at("feed", one.pk), 302)]
        assert one.place["public_key"] in answer.content.decode()
        assert (one.cron, one.time_zone, one.pattern) == ("0 4 * * *", "Europe/Berlin", "orders-*.csv")
        with scope(partner=cast.alder):
            assert one.runs.get().is_test

    def test_an_s3_pull_is_added_and_its_secret_is_nowhere(self, cast: Cast, ada: Client) -> None:
        answer = ada.post(at("feed-new") + "?from=s3", S3_GIVEN, follow=True)
        one = only(cast)
        assert vault.open_sealed(cast.alder, bytes(one.secret)) == SECRET.encode()
        for text in (answer, ada.get(at("feed-change", one.pk)), ada.get(at("feeds"))):
            assert SECRET not in text.content.decode()

    @pytest.mark.parametrize(
        ("way", "wrong", "sentence"),
        [
            ("sftp", {"host": "0x7f.1"}, "is not a host"),
            ("sftp", {"host": "-oProxyCommand=id"}, "is not a host"),
            ("sftp", {"user": "-oProxyCommand=id"}, "Enter a valid value"),
            ("sftp", {"user": "a b"}, "Enter a valid value"),
            ("sftp", {"folder": "out\nrm"}, "cannot be seen"),
            ("sftp", {"port": "0"}, "greater than or equal to 1"),
            ("sftp", {"host_key": "SHA256:short"}, "43 letters"),
            ("sftp", {"pattern": "../*.csv"}, "leave the folder out"),
            ("sftp", {"when": "own", "cron": ""}, "Write the schedule"),
            ("sftp", {"when": "own", "cron": "often"}, "is not a schedule"),
            ("sftp", {"when": "own", "cron": "* * * * *"}, "Every five minutes is the most often"),
            ("sftp", {"kind": "secrets"}, "Select a valid choice"),
            ("s3", {"endpoint": "http://s3.example.com"}, "without encryption"),
            ("s3", {"endpoint": "https://user:word@s3.example.com"}, "is not an address"),
            ("s3", {"region": "EU 1"}, "Enter a valid value"),
            ("s3", {"bucket": "../x"}, "Enter a valid value"),
            ("s3", {"prefix": "a/../b"}, "without “..”"),
            ("s3", {"secret": ""}, "required"),
        ],
    )
    def test_what_cannot_work_is_told_beside_its_field(
        self, way: str, wrong: dict[str, str], sentence: str, cast: Cast, ada: Client
    ) -> None:
        given = {**(SFTP_GIVEN if way == "sftp" else S3_GIVEN), **wrong}
        answer = ada.post(at("feed-new") + f"?from={way}", given)
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
        with scope(partner=cast.alder):
            assert not Feed.objects.exists()

    def test_a_pasted_key_or_fingerprint_is_pinned_from_the_start(self, cast: Cast, ada: Client) -> None:
        ada.post(at("feed-new"), {**SFTP_GIVEN, "host_key": f"files.example.com {KEY} comment"})
        assert only(cast).place["host_key"] == KEY
        assert only(cast).place["fingerprint"] == ssh.fingerprint(KEY)

    def test_the_form_offers_schedules_in_words(self, ada: Client) -> None:
        text = ada.get(at("feed-new")).content.decode()
        assert "Every day, at 04:00" in text
        assert "Mondays to Fridays, at 06:00" in text


class TestChanging:
    def test_the_form_comes_filled_and_saving_it_as_it_is_changes_nothing(
        self, cast: Cast, ada: Client, feed: Feed
    ) -> None:
        before = only(cast)
        text = ada.get(at("feed-change", feed.pk)).content.decode()
        assert 'value="files.example.com"' in text
        ada.post(at("feed-change", feed.pk), {**SFTP_GIVEN, "pattern": "*", "time_zone": "UTC"})
        after = only(cast)
        assert (after.place, bytes(after.secret), after.cron) == (before.place, bytes(before.secret), before.cron)

    def test_a_schedule_of_ones_own_is_kept(self, cast: Cast, ada: Client, feed: Feed) -> None:
        ada.post(at("feed-change", feed.pk), {**SFTP_GIVEN, "when": "own", "cron": "*/30 7-19 * * 1-5"})
        assert only(cast).cron == "*/30 7-19 * * 1-5"
        text = ada.get(at("feed-change", feed.pk)).content.decode()
        assert "*/30 7-19 * * 1-5" in text

    def test_an_empty_secret_keeps_the_old_one_unless_the_address_changed(self, cast: Cast, ada: Client) -> None:
        with scope(partner=cast.alder):
            one = made(cast.alder, "s3")
        ada.post(at("feed-change", one.pk), {**S3_GIVEN, "secret": "", "prefix": "deeper"})
        assert vault.open_sealed(cast.alder, bytes(only(cast).secret)) == b"s3cret"
        answer = ada.post(at("feed-change", one.pk), {**S3_GIVEN, "secret": "", "endpoint": "https://evil.example.com"})
        assert answer.status_code == 422
        assert "needs its secret key" in answer.content.decode()
        assert only(cast).place["endpoint"] == S3["endpoint"]


class TestThePage:
    def test_it_says_when_and_the_next_five_times(self, ada: Client, feed: Feed) -> None:
        text = page(ada, feed)
        assert "Every day, at 04:00 (UTC)" in text
        assert text.count("(UTC+00:00)</li>") == 5

    def test_a_key_the_server_showed_waits_to_be_confirmed(self, cast: Cast, ada: Client, feed: Feed) -> None:
        with scope(partner=cast.alder):
            ended(feed, keys=[KEY])
        assert "Is this your server?" in page(ada, feed)
        assert ssh.fingerprint(KEY) in page(ada, feed)
        ada.post(at("feed-trust", feed.pk), {"fingerprint": ssh.fingerprint(KEY)})
        assert only(cast).place["host_key"] == KEY
        assert "Is this your server?" not in page(ada, feed)

    def test_a_key_nobody_was_shown_is_not_confirmed(self, cast: Cast, ada: Client, feed: Feed) -> None:
        with scope(partner=cast.alder):
            ended(feed, keys=[KEY])
        answer = ada.post(at("feed-trust", feed.pk), {"fingerprint": ssh.fingerprint(OTHER)}, follow=True)
        assert "has not shown this key" in answer.content.decode()
        assert "host_key" not in only(cast).place

    def test_a_replaced_key_is_told_as_such(self, cast: Cast, ada: Client, feed: Feed) -> None:
        with scope(partner=cast.alder):
            ended(feed, keys=[KEY])
            feeds.trust(feed, ssh.fingerprint(KEY))
            ended(feed, keys=[OTHER])
        assert "another key than the one confirmed" in page(ada, feed)

    def test_files_say_what_became_of_them_and_lead_to_their_upload(self, cast: Cast, ada: Client, feed: Feed) -> None:
        with scope(partner=cast.alder):
            upload = Upload.objects.create(partner=cast.alder, kind="orders", filename="o.csv", size=1)
            FeedFile.objects.create(
                feed=feed, path="out/<b>o.csv", version="1", upload=upload, message="3 rows have errors."
            )
            FeedFile.objects.create(feed=feed, path="out/huge.csv", version="1", message="is larger than 500 MB")
        text = page(ada, feed)
        assert at("upload", upload.pk) in text
        assert "3 rows have errors." in text
        assert "&lt;b&gt;o.csv" in text

    def test_a_failure_says_what_to_do(self, cast: Cast, ada: Client, feed: Feed) -> None:
        FeedRun.rows().update(state="failed", message="The host does not answer: check it.")
        assert "The host does not answer: check it." in page(ada, feed)

    def test_one_that_is_looked_into_moves(self, cast: Cast, ada: Client, feed: Feed) -> None:
        ada.post(at("feed-run", feed.pk))
        assert "data-poll=" in page(ada, feed)
        assert "progress" in ada.get(at("feed-progress", feed.pk)).content.decode()
        FeedRun.rows().update(state="succeeded", ended_at=timezone.now())
        assert "data-poll-done" in ada.get(at("feed-progress", feed.pk)).content.decode()

    def test_pause_and_resume(self, cast: Cast, ada: Client, feed: Feed) -> None:
        assert "Paused: nothing is fetched" in ada.post(at("feed-pause", feed.pk), follow=True).content.decode()
        assert only(cast).paused
        ada.post(at("feed-resume", feed.pk))
        assert not only(cast).paused
        assert only(cast).next_at > timezone.now() - timedelta(minutes=1)

    def test_deleting_leaves_what_was_fetched(self, cast: Cast, ada: Client, feed: Feed) -> None:
        with scope(partner=cast.alder):
            upload = Upload.objects.create(partner=cast.alder, kind="orders", filename="o.csv", size=1)
            FeedFile.objects.create(feed=feed, path="o.csv", version="1", upload=upload)
        ada.post(at("feed-run", feed.pk))
        assert "is being worked on" in ada.post(at("feed-delete", feed.pk), follow=True).content.decode()
        FeedRun.rows().update(state="succeeded", ended_at=timezone.now())
        assert "is deleted" in ada.post(at("feed-delete", feed.pk), follow=True).content.decode()
        with scope(partner=cast.alder):
            assert (Feed.objects.count(), Upload.objects.count()) == (0, 1)

    def test_no_private_half_of_a_key_is_on_any_page(self, cast: Cast, ada: Client, feed: Feed) -> None:
        private = vault.open_sealed(cast.alder, bytes(feed.secret)).decode().splitlines()[3]
        for text in (page(ada, feed), ada.get(at("feed-change", feed.pk)).content.decode()):
            assert "PRIVATE KEY" not in text
            assert private not in text


class TestTheList:
    def test_it_is_empty_at_first_and_says_why_one_would_want_it(self, ada: Client) -> None:
        assert "Nothing is fetched by itself yet" in ada.get(at("feeds")).content.decode()

    def test_each_pull_has_its_folder_its_plan_and_its_last_result(self, cast: Cast, ada: Client, feed: Feed) -> None:
        text = ada.get(at("feeds")).content.decode()
        for said in (
            "fairway@files.example.com:out",
            "Every day, at 04:00 (UTC)",
            "Needs confirming",
            "The connection works.",
        ):
            assert said in text

    def test_the_number_of_questions_does_not_grow_with_the_pulls(
        self, cast: Cast, ada: Client, django_assert_max_num_queries: Any
    ) -> None:
        with scope(partner=cast.alder):
            for number in range(5):
                one = made(cast.alder, name=f"Pull {number}")
                FeedRun.rows().update(state="succeeded", ended_at=timezone.now())
                feeds.run_now(one, by=None, at=timezone.now())
        with django_assert_max_num_queries(12):
            ada.get(at("feeds"))
        with django_assert_max_num_queries(15):
            ada.get(at("feed", one.pk))
