"""Every feature has a name people understand, every reason a sentence in both languages."""

import string
import subprocess
import sys
from pathlib import Path

import pytest

from training.ml import reasons
from training.ml.features.catalogue import BY_NAME, FEATURES, sentence
from training.ml.features.page import page
from training.ml.features.phrases import GROUPS, SENTENCES


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_names_are_unique_and_titles_stand_in_both_languages() -> None:
    assert len(BY_NAME) == len(FEATURES)
    for feature in FEATURES:
        assert feature.title("en")
        assert feature.title("zh-hans")
        assert feature.title("en") != feature.title("zh-hans")
        assert feature.group in GROUPS


@pytest.mark.parametrize("code", list(SENTENCES))
def test_both_languages_speak_of_the_same_numbers(code: str) -> None:
    said = SENTENCES[code]
    assert set(said) == {"en", "zh-hans"}
    assert placeholders(said["en"]) == placeholders(said["zh-hans"])


def test_every_rule_has_its_sentence_and_gives_all_its_numbers() -> None:
    for group, rules in reasons.RULES.items():
        assert group in GROUPS
        for rule in rules:
            assert placeholders(SENTENCES[rule.code]["en"]) == set(rule.values), rule.code


def test_a_sentence_speaks_in_the_customers_numbers() -> None:
    reason = {"code": "orders_fell", "values": {"before": 9.0, "now": 2.0}}
    assert sentence(reason, "en") == "orders fell from 9 to 2 in 90 days"
    assert sentence(reason, "zh-hans") == "90 天内订单从 9 笔降至 2 笔"
    assert sentence(reason, "zh_Hans") == sentence(reason, "zh-cn")


def test_shares_are_read_in_percent_and_large_numbers_in_groups() -> None:
    assert "12 %" in sentence({"code": "price_rose", "values": {"share": 0.1234}}, "en")
    assert "12,346" in sentence({"code": "spend_fell", "values": {"before": 12345.6, "now": 3.25}}, "en")


def test_an_unknown_code_falls_back_to_the_groups_title() -> None:
    assert sentence({"code": "from_the_future", "group": "season"}, "en") == "season"
    assert sentence({"code": "silent", "group": "rhythm", "values": {}}, "zh-hans") == "购买节奏"
    assert sentence({"code": "some_thing"}, "en") == "some thing"


def test_the_catalogue_is_light_enough_for_the_web_process() -> None:
    code = (
        "import sys; import training.ml.features.catalogue; "
        "print([m for m in ('numpy', 'pandas', 'duckdb', 'lightgbm', 'keras') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_page_of_features_is_the_catalogues() -> None:
    written = Path(__file__).parents[3] / "docs" / "features.md"
    assert written.read_text(encoding="utf-8") == page(), "run `make features`"
    assert all(f"| `{feature.name}` |" in page() for feature in FEATURES)


def test_the_catalogue_stays_small_enough_to_know() -> None:
    assert len(FEATURES) <= 110
    assert all(feature.unit for feature in FEATURES)
