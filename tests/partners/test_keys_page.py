"""The page where owners make and withdraw API keys."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from partners import keys
from partners.models import ApiKey, Membership
from portal.kit.errors import Refusal
from tests.cast import CANARY, Cast

PAGE = "/p/alder/keys/"
NEW = {"name": "Nightly export", "role": "manager", "days": "30"}


def make(cast: Cast, name: str = "Old", partner: Any = None, **more: Any) -> tuple[ApiKey, str]:
    return keys.issue(ApiKey(partner=partner or cast.alder, name=name, **more), by=None, at=timezone.now())


def works(secret: str) -> bool:
    from django.test import Client

    return Client().get("/api/v1/me/", headers={"authorization": f"Bearer {secret}"}).status_code == 200


def test_an_owner_makes_a_key_that_opens_the_api_and_is_shown_once(cast: Cast) -> None:
    browser = cast.browser(cast.ada)
    made = browser.post(PAGE, NEW)
    secret = made.context["secret"]
    assert secret in made.content.decode()
    assert works(secret)
    assert secret not in browser.get(PAGE).content.decode()
    assert made["Cache-Control"] == "no-store, private"


def test_the_database_keeps_a_fingerprint_and_never_the_secret(cast: Cast) -> None:
    secret = cast.browser(cast.ada).post(PAGE, NEW).context["secret"]
    key = ApiKey.objects.get()
    kept = [str(getattr(key, field.attname)) for field in key._meta.concrete_fields]
    assert not any(secret in one for one in kept)
    assert secret.startswith(key.prefix)
    assert len(key.prefix) <= 12


def test_a_key_ends_after_its_days_and_remembers_who_made_it(cast: Cast) -> None:
    cast.browser(cast.ada).post(PAGE, NEW)
    key = ApiKey.objects.get()
    assert key.created_by == cast.ada
    assert key.expires_at is not None
    assert abs(key.expires_at - timezone.now() - timedelta(days=30)) < timedelta(minutes=1)


def test_without_days_a_key_is_good_until_withdrawn(cast: Cast) -> None:
    cast.browser(cast.ada).post(PAGE, {**NEW, "days": ""})
    assert ApiKey.objects.get().expires_at is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"role": "owner"}, "role"),
        ({"role": "king"}, "role"),
        ({"days": "0"}, "days"),
        ({"days": "soon"}, "days"),
        ({"days": "99999999"}, "days"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_makes_nothing(
    change: dict[str, str], field: str, cast: Cast
) -> None:
    answer = cast.browser(cast.ada).post(PAGE, {**NEW, **change})
    assert answer.status_code == 422
    assert answer.context["form"].errors[field]
    assert not ApiKey.objects.exists()


def test_two_standing_keys_do_not_share_a_name_but_a_withdrawn_one_frees_it(cast: Cast) -> None:
    key, _secret = make(cast, "Nightly export")
    browser = cast.browser(cast.ada)
    assert "already" in browser.post(PAGE, NEW).context["form"].errors["name"][0]
    with pytest.raises(Refusal):
        make(cast, "Nightly export")
    keys.revoke(key, at=timezone.now())
    assert "secret" in browser.post(PAGE, NEW).context


def test_the_name_of_another_partners_key_is_free(cast: Cast) -> None:
    make(cast, "Nightly export", cast.birch)
    assert "secret" in cast.browser(cast.ada).post(PAGE, NEW).context


def test_an_owner_withdraws_a_key_and_the_program_is_refused(cast: Cast) -> None:
    key, secret = make(cast)
    browser = cast.browser(cast.ada)
    assert works(secret)
    answer = browser.post(f"{PAGE}{key.pk}/revoke/", follow=True)
    assert "Old" in answer.content.decode()
    assert not works(secret)
    first = ApiKey.objects.get().revoked_at
    browser.post(f"{PAGE}{key.pk}/revoke/")
    assert ApiKey.objects.get().revoked_at == first, "withdrawing again changes nothing"


def test_who_does_not_see_personal_data_cannot_give_it_to_a_key(cast: Cast) -> None:
    Membership.objects.filter(user=cast.ada).update(sees_personal_data=False)
    cast.browser(cast.ada).post(PAGE, {**NEW, "sees_personal_data": "on"})
    assert ApiKey.objects.get().sees_personal_data is False


def test_who_sees_personal_data_may_give_it_to_a_key(cast: Cast) -> None:
    cast.browser(cast.ada).post(PAGE, {**NEW, "sees_personal_data": "on"})
    assert ApiKey.objects.get().sees_personal_data is True


@pytest.mark.parametrize("name", ["max", "vic"])
def test_only_owners_come_here(name: str, cast: Cast) -> None:
    key, _secret = make(cast)
    browser = cast.browser(getattr(cast, name))
    assert browser.get(PAGE).status_code == 403
    assert browser.post(PAGE, NEW).status_code == 403
    assert browser.post(f"{PAGE}{key.pk}/revoke/").status_code == 403
    assert list(ApiKey.objects.values_list("revoked_at", flat=True)) == [None]


@pytest.mark.parametrize("name", ["olga", "noel", "vera"])
def test_strangers_are_told_there_is_nothing_here(name: str, cast: Cast) -> None:
    key, _secret = make(cast)
    browser = cast.browser(getattr(cast, name))
    assert browser.get(PAGE).status_code == 404
    assert browser.post(f"{PAGE}{key.pk}/revoke/").status_code == 404


def test_a_key_of_another_partner_is_neither_listed_nor_withdrawn_here(cast: Cast) -> None:
    foreign, secret = make(cast, CANARY, cast.birch)
    browser = cast.browser(cast.ada)
    assert CANARY not in browser.get(PAGE).content.decode()
    assert browser.post(f"{PAGE}{foreign.pk}/revoke/").status_code == 404
    assert works(secret)


def test_nobody_signed_in_is_sent_to_the_entrance(cast: Cast) -> None:
    assert cast.alder
    assert "/accounts/login/" in cast.browser().get(PAGE)["Location"]


def test_the_page_asks_the_database_as_often_for_thirty_keys_as_for_one(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        make(cast, f"Key {number}", expires_at=timezone.now() + timedelta(days=number - 5))
    browser = cast.browser(cast.ada)
    with django_assert_max_num_queries(12):
        page = browser.get(PAGE)
    assert page.status_code == 200
    assert len(page.context["standing"]) + len(page.context["ended"]) == 30
