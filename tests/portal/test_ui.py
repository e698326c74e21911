"""Tags, components and colours of the interface."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.urls import reverse

from portal.kit import charts
from tests.cast import Cast

ROOT = Path(settings.BASE_DIR)
CSS = ROOT / "static" / "css"
SCRIPTS = ROOT / "static" / "js"


def drawn(source: str, path: str = "/", **context: Any) -> str:
    request = RequestFactory().get(path)
    return Template("{% load i18n ui %}" + source).render(Context({"request": request, **context}))


# -- addresses --------------------------------------------------------------------------------------------------


def test_a_changed_filter_keeps_the_others_and_returns_to_the_first_page() -> None:
    assert drawn('{% query band="high" %}', "/?region=North&page=3") == "?region=North&amp;band=high"


def test_turning_the_page_keeps_everything() -> None:
    assert drawn("{% query page=4 %}", "/?region=North&page=3") == "?region=North&amp;page=4"


def test_an_empty_value_takes_a_filter_away() -> None:
    assert drawn('{% query region="" %}', "/?region=North") == "?"


def test_a_chip_takes_away_only_its_own_value() -> None:
    there = "/?region=North&region=South&band=high&page=2"
    assert drawn('{% without "region" "North" %}', there) == "?region=South&amp;band=high"


def test_addresses_cannot_break_out_of_their_attribute() -> None:
    shown = drawn('<a href="{% query page=2 %}">', '/?q="><script>alert(1)</script>')
    assert "<script>" not in shown


@pytest.mark.parametrize(
    ("now", "then", "state"),
    [("", "-money", ""), ("-money", "money", "descending"), ("money", "-money", "ascending")],
)
def test_a_column_head_turns_its_order_around(now: str, then: str, state: str) -> None:
    shown = drawn('{% sort_head "money" "At risk" "r" %}', f"/?sort={now}")
    assert f"sort={then}" in shown
    assert (f'aria-sort="{state}"' in shown) == bool(state)


# -- components -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "word", "mark"), [("high", "High", "can"), ("medium", "Medium", "special"), ("low", "Low", "cone")]
)
def test_a_band_is_a_shape_a_word_and_a_number(level: str, word: str, mark: str) -> None:
    shown = drawn("{% band level 0.82 %}", level=level)
    assert f"#{mark}" in shown
    assert word in shown
    assert "82" in shown


def test_a_band_without_a_number_claims_none() -> None:
    assert "%" not in drawn('{% band "high" %}')


def test_reasons_say_their_direction_in_words_too() -> None:
    reasons = [{"text": "silent for 74 days", "sign": "+"}, {"text": "customer for 11 years", "sign": "-"}]
    shown = drawn('{% include "ui/reasons.html" %}', reasons=reasons)
    assert "Raises the chance:" in shown
    assert "Lowers the chance:" in shown


def test_an_undo_must_be_one_of_our_own_addresses() -> None:
    assert drawn('{{ "undo:/p/alder/action/3/undo/"|undo_of }}') == "/p/alder/action/3/undo/"
    assert drawn('{{ "undo:https://elsewhere.example/"|undo_of }}') == ""
    assert drawn('{{ ""|undo_of }}') == ""


def test_pages_of_a_long_list_leave_gaps() -> None:
    from django.core.paginator import Paginator

    shown = drawn('{% include "ui/pagination.html" %}', "/?band=high", page=Paginator(range(900), 10).page(5))
    assert 'aria-current="page">5<' in shown
    assert "band=high&amp;page=6" in shown
    assert "…" in shown


def test_a_single_page_needs_no_pages() -> None:
    from django.core.paginator import Paginator

    assert "<nav" not in drawn('{% include "ui/pagination.html" %}', page=Paginator(range(5), 10).page(1))


def test_a_panel_holds_its_block() -> None:
    shown = drawn('{% panel title="Reasons" href="/x/" link="All" %}<p>body</p>{% endpanel %}')
    assert "<h2>Reasons</h2>" in shown
    assert "<p>body</p>" in shown
    assert 'href="/x/"' in shown


def test_a_confirmation_says_the_consequence_before_the_deed() -> None:
    shown = drawn('{% confirm "Undo…" %}<p>1,204 customers change.</p>{% endconfirm %}')
    assert shown.index("Undo…") < shown.index("1,204 customers change.")
    assert "<details" in shown


@pytest.mark.parametrize("name", ["line", "bands", "gain", "calibration", "bar"])
def test_every_chart_shows_title_takeaway_and_the_numbers_behind_it(name: str) -> None:
    from portal.gallery import drawings

    chart = drawings()["bars" if name == "bar" else name]
    shown = drawn(f'{{% include "ui/charts/{name}.html" %}}', chart=chart)
    assert chart.title in shown
    assert chart.takeaway in shown
    assert shown.count("<tr>") == len(chart.rows) + 1
    assert 'role="img"' in shown
    assert "style=" not in shown


def test_a_chart_without_data_says_so_instead_of_drawing_nothing() -> None:
    chart = charts.line([], title="Orders", takeaway="", columns=["Month", "Orders"])
    shown = drawn('{% include "ui/charts/line.html" %}', chart=chart)
    assert "Not enough data" in shown
    assert "<svg" not in shown


def test_chart_numbers_stay_machine_readable_in_chinese() -> None:
    from django.utils import translation

    from portal.gallery import drawings

    with translation.override("zh-hans"):
        shown = drawn('{% include "ui/charts/line.html" %}', chart=drawings()["line"])
    assert re.search(r'cx="\d+(\.\d+)?"', shown)


def test_every_component_lists_its_variables_first() -> None:
    for file in (ROOT / "templates" / "ui").rglob("*.html"):
        if file.name != "gallery.html":
            text = re.sub(r"^{% extends [^%]+%}", "", file.read_text(encoding="utf-8"))
            assert text.startswith("{% comment %}"), file.name


def test_a_number_the_page_does_not_know_is_a_dash() -> None:
    assert drawn("{{ nothing|whole }}{{ nothing|money:'EUR' }}{{ nothing|percent }}{{ nothing|day }}") == "––––"


# -- the whole page ---------------------------------------------------------------------------------------------


def test_no_template_holds_inline_script_or_style() -> None:
    for file in (ROOT / "templates").rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", text), file
        assert not re.search(r"<style|\sstyle=|\son\w+=", text), file


def test_the_page_can_be_read_and_steered_without_script(db: None) -> None:
    page = Client().get(reverse("account_login")).content.decode()
    assert 'href="#main"' in page
    assert 'name="language" value="zh-hans"' in page
    assert re.search(r"<button[^>]*data-theme-switch hidden", page)


def test_the_language_can_be_chosen_before_signing_in(db: None) -> None:
    client = Client()
    client.post(reverse("set_language"), {"language": "zh-hans", "next": "/accounts/login/"})
    assert '<html lang="zh-Hans"' in client.get("/accounts/login/").content.decode()


@pytest.mark.parametrize(("cookie", "shown"), [("dark", True), ("light", True), ("system", False), ('"><b>', False)])
def test_the_chosen_colours_are_in_the_first_byte_of_the_page(db: None, cookie: str, shown: bool) -> None:
    client = Client()
    client.cookies["theme"] = cookie
    page = client.get("/accounts/login/").content.decode()
    assert (f'<html lang="en" data-theme="{cookie}">' in page) == shown
    assert "<b>" not in page


def test_the_gallery_draws_every_state_for_vendor_staff(cast: Cast) -> None:
    page = cast.browser(cast.vera).get(reverse("gallery"))
    assert page.status_code == 200
    assert b"The list could not be drawn" in page.content


def test_the_gallery_is_not_for_partners(cast: Cast) -> None:
    assert cast.browser(cast.ada).get(reverse("gallery")).status_code == 302


@pytest.mark.parametrize("code", ["400", "403", "404", "500"])
def test_error_pages_need_neither_request_nor_database(code: str) -> None:
    page = Template(f'{{% extends "errors/{code}.html" %}}').render(Context({"request_id": "4f1c-22"}))
    assert "4f1c-22" in page
    assert "<h1>" in page


def test_a_stale_form_is_told_what_to_do(db: None) -> None:
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "a@example.com", "password": "x"})
    assert answer.status_code == 403
    assert "grown old" in answer.content.decode()


def test_nobody_can_sign_up_uninvited(db: None) -> None:
    page = Client().get(reverse("account_signup")).content.decode()
    assert "by invitation" in page


# -- colours ----------------------------------------------------------------------------------------------------


def tokens() -> dict[str, tuple[str, str]]:
    """Each colour token as (light, dark)."""
    text = (CSS / "tokens.css").read_text()
    pairs = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", text)
    single = re.findall(r"--([\w-]+): (#\w{6});", text)
    return {name: (light, dark) for name, light, dark in pairs} | {name: (one, one) for name, one in single}


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


TEXT = [
    *[(ink, ground) for ink in ("ink", "ink-2", "ink-3") for ground in ("page", "surface", "sunk", "raised")],
    *[("ink", soft) for soft in ("sea-soft", "buff", "port-soft", "amber-soft", "starboard-soft", "note-soft")],
    *[(mark, f"{mark}-soft") for mark in ("port", "amber", "starboard", "note")],
    *[(mark, "surface") for mark in ("port", "amber", "starboard", "note", "sea", "sea-strong")],
    *[(mark, "page") for mark in ("port", "amber", "starboard", "note", "sea", "sea-strong")],
    ("amber", "sunk"), ("port", "sunk"), ("starboard", "sunk"), ("sea-strong", "sea-soft"), ("sea", "sea-soft"),
    ("on-sea", "sea"), ("on-deep", "deep"), ("on-deep", "deep-2"), ("on-deep-2", "deep"),
]  # fmt: skip


@pytest.mark.parametrize(("ink", "ground"), TEXT)
@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_text_can_be_read_on_its_ground(ink: str, ground: str, theme: int) -> None:
    known = tokens()
    assert contrast(known[ink][theme], known[ground][theme]) >= 4.5


@pytest.mark.parametrize("edge", ["line-2", "focus", "plot-1", "plot-2", "port", "amber", "starboard"])
@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_edges_and_marks_stand_out_from_their_ground(edge: str, theme: int) -> None:
    known = tokens()
    assert contrast(known[edge][theme], known["surface"][theme]) >= 3


def test_raw_colours_stand_only_in_the_tokens() -> None:
    for file in CSS.glob("*.css"):
        if file.name not in ("tokens.css", "print.css"):
            text = re.sub(r"light-dark\([^)]*\)|#fff\b|rgb\([^)]*\)", "", file.read_text())
            assert not re.search(r":[^;{]*#[0-9a-f]{3,6}\b", text), file.name


def test_every_token_used_is_defined() -> None:
    shared = (CSS / "tokens.css").read_text() + (CSS / "admin.css").read_text()
    defined = set(re.findall(r"(--[\w-]+):", shared))
    for file in CSS.glob("*.css"):
        text = file.read_text()
        own = set(re.findall(r"(--[\w-]+):", text))
        assert set(re.findall(r"var\((--[\w-]+)\)", text)) <= defined | own, file.name


def test_nothing_is_fetched_from_elsewhere() -> None:
    for file in [*CSS.glob("*.css"), *SCRIPTS.glob("*.js")]:
        assert not re.search(r"https?://|//cdn|@import", file.read_text()), file.name


def test_the_scripts_of_a_plain_page_are_tiny() -> None:
    import gzip

    whole = b"".join(file.read_bytes() for file in SCRIPTS.glob("*.js"))
    assert len(gzip.compress(whole)) < 8_000
