"""Scheduled pulls at the vendor's desk: whose they are and how they stand; paused, resumed, never edited."""

import pytest
from django.test import Client
from django.urls import reverse
from django_scopes import scope

from partners.models import Feed, FeedFile
from tests.cast import CANARY, Cast
from tests.partners.test_feeds import ended, made


@pytest.fixture
def vera(cast: Cast) -> Client:
    return cast.browser(cast.vera)


@pytest.fixture
def feed(cast: Cast) -> Feed:
    with scope(partner=cast.birch):
        one = made(cast.birch, "s3", name="Nightly orders")
        ended(one)
        FeedFile.objects.create(feed=one, path="exports/out/orders.csv", version="1", message="2 rows are in use.")
    return one


def press(browser: Client, feed: Feed, name: str) -> str:
    return browser.post(reverse("admin:partners_feed_do", args=[feed.pk, name]), follow=True).content.decode()


def test_the_list_shows_every_partners_pulls(vera: Client, feed: Feed) -> None:
    text = vera.get(reverse("admin:partners_feed_changelist")).content.decode()
    for said in ("Nightly orders", CANARY, "Every day, at 04:00 (UTC)", "The connection works."):
        assert said in text


def test_a_pull_tells_where_it_looks_and_what_it_fetched_and_no_secret(vera: Client, feed: Feed) -> None:
    text = vera.get(reverse("admin:partners_feed_change", args=[feed.pk])).content.decode()
    for said in ("https://s3.example.com/exports/out", "orders.csv", "2 rows are in use."):
        assert said in text
    assert "s3cret" not in text


def test_it_is_paused_resumed_and_started_by_buttons(cast: Cast, vera: Client, feed: Feed) -> None:
    assert "Paused: nothing is fetched" in press(vera, feed, "pause")
    assert Feed.rows().get().paused
    assert "Resumed." in press(vera, feed, "resume")
    assert not Feed.rows().get().paused
    assert "Started" in press(vera, feed, "run_now")
    assert "is being worked on" in press(vera, feed, "run_now")


def test_nothing_is_edited_there(vera: Client, feed: Feed) -> None:
    assert vera.post(reverse("admin:partners_feed_change", args=[feed.pk]), {"name": "x"}).status_code == 405
    assert vera.get("/admin/partners/feed/add/").status_code == 403
