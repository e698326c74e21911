"""Conversations and contracts: their words, their moods, their beginnings and ends."""

import pandas as pd
import pytest

from portal.demo.goods import CATEGORIES, RIVALS, RIVALS_ZH
from portal.demo.interactions import BACKGROUND, _renderings
from portal.demo.phrases import TOPICS
from tests.portal.demo.conftest import UNTIL

NOW = pd.Timestamp(UNTIL)
LANGUAGES = ("en", "zh-hans")


@pytest.fixture(scope="module")
def talks(full):
    parts = [each.tables["interactions"].to_pandas().assign(partner=each.partner.slug) for each in full.partners]
    return pd.concat(parts, ignore_index=True)


@pytest.fixture(scope="module")
def contracts(full):
    parts = [each.tables["subscriptions"].to_pandas().assign(partner=each.partner.slug) for each in full.partners]
    frame = pd.concat(parts, ignore_index=True)
    for column in ("started", "ended", "renews_on"):
        frame[column] = pd.to_datetime(frame[column])
    return frame


def test_the_background_topics_are_shares_of_one():
    assert sum(BACKGROUND.values()) == pytest.approx(1)
    assert set(BACKGROUND) <= set(TOPICS)


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_is_said_in_both_languages_and_in_known_kinds(topic):
    phrases, kinds, mood = TOPICS[topic]
    assert set(phrases) == set(LANGUAGES)
    assert set(kinds) <= {"call", "email", "visit", "meeting", "ticket", "complaint", "quote"}
    assert sum(kinds.values()) == pytest.approx(1)
    assert -1 <= mood <= 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("topic", TOPICS)
def test_no_placeholder_is_left_in_a_text(topic, language):
    said = _renderings(topic, language)
    assert not any("{" in text for text in said)
    assert all(text[0] == text[0].upper() for text in said)


@pytest.mark.parametrize(("language", "rivals"), [("en", RIVALS), ("zh-hans", RIVALS_ZH)])
def test_every_talk_about_a_rival_names_one(language, rivals):
    assert all(any(rival in text for rival in rivals) for text in _renderings("rival", language))
    assert not any(rival in text for rival in rivals for text in _renderings("everyday", language))


def test_goods_are_named_in_the_language_of_the_text():
    said = " ".join(_renderings("ticket", "zh-hans"))
    assert CATEGORIES[0].name_zh in said
    assert CATEGORIES[0].name not in said


def test_complaints_sound_worse_than_visits(talks):
    mood = talks.groupby("kind")["sentiment"].mean()
    assert mood["complaint"] < mood["ticket"] < mood["visit"]
    assert talks["sentiment"].between(-1, 1).all()


def test_managed_service_providers_talk_more_than_distributors(full, talks):
    counts = talks["partner"].value_counts()
    per_head = {each.partner.slug: counts[each.partner.slug] / each.partner.customers for each in full.partners}
    assert per_head["cedar"] > 2 * per_head["shenlan"]


def test_nobody_talks_after_leaving(talks, truth):
    gone = truth[truth["left_on"] < NOW].merge(talks, on=["partner", "customer_id"])
    assert (pd.to_datetime(gone["date"]) < gone["left_on"]).all()


def test_only_monthly_goods_are_contracted(contracts):
    codes = {shelf.code for shelf in CATEGORIES if shelf.monthly}
    assert set(contracts["sku"].str.slice(3, 6)) == codes


def test_contracts_begin_before_they_end(contracts):
    ended = contracts[contracts["ended"].notna()]
    assert (ended["started"] < ended["ended"]).all()
    assert 0.1 < len(ended) / len(contracts) < 0.5


def test_leaving_ends_every_contract_within_a_month(contracts, truth):
    gone = truth[truth["left_on"] < NOW - pd.Timedelta(days=31)].merge(contracts, on=["partner", "customer_id"])
    assert gone["ended"].notna().all()
    assert ((gone["ended"] - gone["left_on"]).dt.days < 30).all()


def test_a_few_contented_customers_drop_a_contract_at_its_anniversary(contracts, truth):
    stay = truth[truth["left_on"].isna()].merge(contracts, on=["partner", "customer_id"])
    dropped = stay[stay["ended"].notna()]
    assert 0.02 < len(dropped) / len(stay) < 0.3
    assert ((dropped["ended"] - dropped["started"]).dt.days % 365 == 0).all()


def test_amounts_are_seats_times_a_price(contracts):
    assert (contracts["monthly_amount"] > 0).all()
    assert (contracts["quantity"] >= 1).all()
    seats = contracts[contracts["sku"].str.startswith("NL-OFF")]
    assert seats["quantity"].median() > 3


def test_the_monthly_value_of_a_customer_is_what_its_contracts_bring(full, contracts):
    harbour = full.of("harbour")
    customers = harbour.tables["customers"].select(["customer_id", "monthly_value"]).to_pandas()
    truth = harbour.truth.to_pandas()
    staying = set(truth.loc[truth["left_on"].isna(), "customer_id"])
    running = contracts[(contracts["partner"] == "harbour") & contracts["ended"].isna()]
    sums = running.groupby("customer_id")["monthly_amount"].sum()
    for row in customers[customers["customer_id"].isin(staying)].itertuples():
        assert row.monthly_value == pytest.approx(sums.get(row.customer_id, 0.0), abs=0.05)


def test_the_file_keeps_what_a_customer_paid_last_when_it_leaves(full, truth):
    """A field that fell to 0 on leaving would tell models the answer for every past date."""
    huaxin = full.of("huaxin").tables["customers"].select(["customer_id", "monthly_value"]).to_pandas()
    facts = truth[truth["partner"] == "huaxin"].merge(huaxin, on="customer_id")
    gone = facts["left_on"] < NOW
    assert (facts.loc[gone, "monthly_value"] > 0).mean() > 0.6
