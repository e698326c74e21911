"""T01: every route × method × person. A route without a line here fails; a stranger never gets in."""

import io
import uuid
import zipfile
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from partners import teams
from partners.access import ROLE_RIGHTS, Right
from partners.models import ApiKey, Arrival, Customer, Feed, Invitation, Membership, Upload
from predictions.models import Action, OfferRule
from tests.cast import CANARY, Cast

pytestmark = pytest.mark.lanes

# Open to anyone: they decide themselves who somebody is (sign-in, second factor, probes, language).
PUBLIC = {
    "livez", "readyz", "set_language", "invitation",
    "account_login", "account_logout", "account_inactive", "account_signup", "account_reset_password",
    "account_reset_password_done", "account_reset_password_from_key", "account_reset_password_from_key_done",
    "account_confirm_email", "account_email_verification_sent", "account_confirm_login_code",
    "mfa_authenticate", "mfa_login_webauthn", "api-schema", "api-docs", "api-unknown",
}  # fmt: skip
# For anyone signed in, about themselves only.
OWN = {
    "start", "account_email", "account_change_password", "account_set_password", "account_reauthenticate",
    "mfa_index", "mfa_reauthenticate", "mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes", "mfa_download_recovery_codes", "mfa_list_webauthn", "mfa_add_webauthn",
    "mfa_reauthenticate_webauthn", "mfa_remove_webauthn", "mfa_edit_webauthn", "usersessions_list",
}  # fmt: skip
STAFF = {"gallery"}
# Partner pages: the right each asks for. The door on the view must say the same.
PARTNER: dict[str, Right] = {
    "home": Right.SEE,
    "churn": Right.SEE,
    "churn-csv": Right.EXPORT,
    "customer": Right.SEE,
    "record": Right.ACT,
    "undo": Right.ACT,
    "recommendations": Right.SEE,
    "scoring-progress": Right.SEE,
    "recommendations-csv": Right.EXPORT,
    "recommendations-xlsx": Right.EXPORT,
    "white-space": Right.SEE,
    "offer-products": Right.SEE,
    "offer-product": Right.SEE,
    "offer-rules": Right.SEE,
    "offer-rule-add": Right.ACT,
    "offer-rule-remove": Right.ACT,
    "offer-wishes": Right.ACT,
    "offer-thresholds": Right.ACT,
    "team": Right.SEE,
    "team-invite": Right.MANAGE,
    "team-change": Right.MANAGE,
    "team-remove": Right.MANAGE,
    "team-withdraw": Right.MANAGE,
    "uploads": Right.SEE,
    "upload": Right.SEE,
    "upload-progress": Right.SEE,
    "upload-problems": Right.EXPORT,
    "upload-template": Right.SEE,
    "upload-new": Right.UPLOAD,
    "arrivals": Right.UPLOAD,
    "arrival": Right.UPLOAD,
    "arrival-cancel": Right.UPLOAD,
    "upload-read": Right.UPLOAD,
    "upload-columns": Right.UPLOAD,
    "upload-check": Right.SEE,
    "upload-review": Right.SEE,
    "upload-failing": Right.EXPORT,
    "upload-fix": Right.UPLOAD,
    "upload-forget": Right.UPLOAD,
    "upload-practice": Right.UPLOAD,
    "upload-commit": Right.UPLOAD,
    "upload-withdraw": Right.UPLOAD,
    "upload-discard": Right.UPLOAD,
    "feeds": Right.MANAGE,
    "feed-new": Right.MANAGE,
    "feed": Right.MANAGE,
    "feed-progress": Right.MANAGE,
    "feed-change": Right.MANAGE,
    "feed-test": Right.MANAGE,
    "feed-trust": Right.MANAGE,
    "feed-run": Right.MANAGE,
    "feed-pause": Right.MANAGE,
    "feed-resume": Right.MANAGE,
    "feed-delete": Right.MANAGE,
    "person": Right.EXPORT,
    "person-export": Right.EXPORT,
    "person-progress": Right.EXPORT,
    "person-file": Right.EXPORT,
    "person-erase": Right.MANAGE,
    "erasures": Right.MANAGE,
    "erasure-progress": Right.MANAGE,
    "keys": Right.MANAGE,
    "key-revoke": Right.MANAGE,
}
# Deeds take POST only: anyone's GET is answered 405, which tells a stranger nothing.
DEEDS = {
    "feed-test", "feed-trust", "feed-run", "feed-pause", "feed-resume", "feed-delete",
    "record", "undo", "team-invite", "team-change", "team-remove", "team-withdraw", "key-revoke",
    "upload-commit", "upload-withdraw", "upload-discard", "person-export", "upload-fix", "upload-forget",
    "arrivals", "arrival-cancel", "offer-rule-add", "offer-rule-remove", "offer-wishes", "offer-thresholds",
}  # fmt: skip
SFTP = {"host": "canary.example.com", "port": 22, "user": "u", "folder": "", "public_key": "ssh-ed25519 AAAA"}
KEYED_PREFIX = "api-"  # API routes: tests/portal/api holds their table, by key instead of by person


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            if path != "admin/":
                yield from routes(entry, path)
        else:
            yield path, entry


ROUTES = dict(routes())
PARTNER_ROUTES = {entry.name: entry for path, entry in ROUTES.items() if "<slug" in path}


def test_every_route_has_a_line() -> None:
    named = PUBLIC | OWN | STAFF | set(PARTNER)
    unclassified = {
        path
        for path, entry in ROUTES.items()
        if entry.name not in named and not str(entry.name).startswith(KEYED_PREFIX) and path != "admin/login/"
    }
    assert unclassified == set()
    assert set(PARTNER_ROUTES) == set(PARTNER)


@pytest.mark.parametrize("name", sorted(PARTNER))
def test_the_door_of_each_partner_page_asks_for_the_right_in_the_table(name: str) -> None:
    assert PARTNER_ROUTES[name].callback.right == PARTNER[name]  # type: ignore[attr-defined]


def theirs(name: str, cast: Cast) -> Model:
    """An object of Birch of the very kind this address is about: only the tenant keeps Ada from it."""
    with scope(partner=cast.birch):
        if name.startswith("arrival"):
            return Arrival.objects.create(
                partner=cast.birch, kind="orders", filename=f"{CANARY}.csv", size=9, expires_at=timezone.now()
            )
        if name.startswith("upload"):
            return Upload.objects.create(
                partner=cast.birch, kind="orders", filename=f"{CANARY}.csv", size=1, state="checked", report={"rows": 1}
            )
        if name.startswith("feed"):
            return Feed.objects.create(partner=cast.birch, name=CANARY, kind="orders", way="sftp", place=SFTP)
        if name in {"team-change", "team-remove"}:
            return cast.min.memberships.get()
        if name == "team-withdraw":
            return teams.invite(cast.birch, "canary@example.com", role="viewer", by=cast.olga, at=timezone.now())
        if name == "key-revoke":
            key = ApiKey(partner=cast.birch, name=CANARY, created_by=cast.olga)
            key.new_secret()
            key.save()
            return key
        if name == "offer-product":
            return cast.foreign_product
        if name == "offer-rule-remove":
            return OfferRule.objects.create(partner=cast.birch, kind="exclude", sku="B-SKU", note=CANARY)
        if name == "undo":
            return Action.objects.create(
                partner=cast.birch, customer=cast.foreign_customer, kind="called", on=date(2026, 10, 1), note=CANARY
            )
    return cast.foreign_customer


def address(name: str, cast: Cast, *, foreign: bool = False) -> str:
    """Alder's address of a page; with `foreign`, Alder's page with an id that belongs to Birch."""
    found = PARTNER_ROUTES[name]
    wanted = found.pattern.converters.keys() or found.pattern.regex.groupindex.keys()  # type: ignore[union-attr]
    kwargs: dict[str, Any] = {"slug": "alder"}
    for key in wanted:
        if key == "pk":
            ours = cast.products[0] if name == "offer-product" else cast.customers[0]
            kwargs["pk"] = theirs(name, cast).pk if foreign else ours.pk
        elif key == "reference":
            kwargs["reference"] = getattr(theirs(name, cast), "key", uuid.uuid4()) if foreign else uuid.uuid4()
        elif key == "deed":
            kwargs["deed"] = "action"
        elif key != "slug":
            kwargs[key] = "x"
    return reverse(name, kwargs=kwargs)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", sorted(PARTNER))
def test_strangers_get_in_nowhere(name: str, method: str, cast: Cast) -> None:
    _ = cast.alder, cast.birch, cast.customers
    path = address(name, cast)
    if name in DEEDS and method == "get":
        assert {cast.browser(user).get(path).status_code for user in (None, cast.olga, cast.noel)} == {405}
        return
    answer = getattr(cast.browser(), method)(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))
    for stranger in (cast.olga, cast.min, cast.noel, cast.vera):
        assert getattr(cast.browser(stranger), method)(path).status_code == 404, stranger


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", sorted(PARTNER))
def test_insiders_get_in_by_their_role_only(name: str, method: str, cast: Cast) -> None:
    _ = cast.churn, cast.offers
    path = address(name, cast)
    for member in (cast.ada, cast.max, cast.vic) if name not in DEEDS or method == "post" else ():
        allowed = PARTNER[name] in ROLE_RIGHTS[member.memberships.get().role]
        answer = getattr(cast.browser(member), method)(path)
        assert (answer.status_code == 403) is not allowed, (member, answer.status_code)
        assert answer.status_code < 500


NAMES = {"pk", "reference"}


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "name", sorted(name for name in PARTNER if NAMES & set(PARTNER_ROUTES[name].pattern.converters))
)
def test_an_id_of_another_partner_is_missing_and_shows_nothing(name: str, method: str, cast: Cast) -> None:
    _ = cast.birch, cast.churn
    path = address(name, cast, foreign=True)
    before = rows_of_birch(cast)
    answer = getattr(cast.browser(cast.ada), method)(path)
    assert answer.status_code in {404, 405}
    assert CANARY not in answer.content.decode()
    assert rows_of_birch(cast) == before


def rows_of_birch(cast: Cast) -> list[list[dict[str, Any]]]:
    """Every row of every table that belongs to Birch, as it stands."""
    with scopes_disabled():
        return [
            list(model._base_manager.filter(partner=cast.birch).order_by("pk").values())
            for model in (Action, ApiKey, Arrival, Customer, Feed, Invitation, Membership, OfferRule, Upload)
        ]


@pytest.mark.parametrize("name", sorted(PARTNER))
def test_no_page_of_one_partner_carries_anothers_canary(name: str, cast: Cast) -> None:
    _ = cast.foreign_customer, cast.foreign_product, cast.churn, cast.offers
    answer = cast.browser(cast.ada).get(address(name, cast))
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if body.startswith(b"PK"):  # a sheet: look inside
        with zipfile.ZipFile(io.BytesIO(body)) as sheet:
            body = b"".join(map(sheet.read, sheet.namelist()))
    assert CANARY not in body.decode()


@pytest.mark.parametrize("name", sorted(OWN))
def test_personal_pages_need_a_sign_in(name: str, cast: Cast) -> None:
    path = next(path for path, entry in ROUTES.items() if entry.name == name)
    kwargs = {"pk": 1} if "<int:pk>" in path else {}
    answer = cast.browser().get(reverse(name, kwargs=kwargs))
    assert answer.status_code in {302, 404}
    if answer.status_code == 302:
        assert reverse("account_login") in answer["Location"]


@pytest.mark.parametrize("name", sorted(STAFF))
def test_staff_pages_are_missing_for_everyone_else(name: str, cast: Cast) -> None:
    for person in (None, cast.ada, cast.noel):
        assert cast.browser(person).get(reverse(name)).status_code in {302, 404}
    assert cast.browser(cast.vera).get(reverse(name)).status_code == 200


def test_partner_people_are_kept_out_of_the_admin(cast: Cast) -> None:
    for person in (None, cast.ada, cast.olga, cast.noel):
        answer = cast.browser(person).get("/admin/")
        assert answer.status_code == (404 if person else 302), person
    assert cast.browser(cast.vera).get("/admin/").status_code == 200
