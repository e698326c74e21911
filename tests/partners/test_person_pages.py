"""Pages on which a customer's data is exported or erased: who may, what is said first, and what is never shown."""

import json
import zipfile
from io import BytesIO

import pytest
from django.urls import reverse
from django_scopes import scope

from partners import persons
from partners.models import Customer, Erasure, ErasureRun, Membership, PersonExport
from tests.cast import Cast
from tests.partners.erasures import erase, finish
from tests.partners.test_persons import done

pytestmark = pytest.mark.django_db


def at(name: str, cast: Cast, *more: object) -> str:
    return reverse(name, args=["alder", cast.customers[0].pk, *more])


def blind(cast: Cast) -> None:
    """Ada stays an owner, without the right to personal data."""
    _ = cast.ada
    Membership.objects.update(sees_personal_data=False)


@pytest.mark.parametrize("name", ["person", "person-erase"])
def test_without_the_right_to_personal_data_even_an_owner_is_refused(cast: Cast, name: str) -> None:
    blind(cast)
    browser = cast.browser(cast.ada)
    assert browser.get(at(name, cast)).status_code == 403
    assert browser.post(at("person-export", cast)).status_code == 403
    assert browser.post(at("person-erase", cast), {"number": "C-1"}).status_code == 403
    with scope(partner=cast.alder):
        assert not ErasureRun.objects.exists()
    page = browser.get(reverse("customer", args=["alder", cast.customers[0].pk])).content.decode()
    assert at("person", cast) not in page


def test_the_customer_page_leads_there_by_right(cast: Cast) -> None:
    page = reverse("customer", args=["alder", cast.customers[0].pk])
    owner, manager = (cast.browser(who).get(page).content.decode() for who in (cast.ada, cast.max))
    assert at("person", cast) in owner
    assert at("person-erase", cast) in owner
    assert at("person", cast) in manager
    assert at("person-erase", cast) not in manager


def test_a_copy_is_asked_for_made_and_fetched(cast: Cast) -> None:
    browser = cast.browser(cast.max)
    assert browser.post(at("person-export", cast)).status_code == 302
    assert "data-poll" in browser.get(at("person", cast)).content.decode()
    with scope(partner=cast.alder):
        run = done(PersonExport.objects.get())
    assert "data-poll-done" in browser.get(at("person-progress", cast)).content.decode()
    there = at("person-file", cast, run.key)
    assert there in browser.get(at("person", cast)).content.decode()
    answer = browser.get(there)
    assert "C-1" not in answer["Content-Disposition"]
    with zipfile.ZipFile(BytesIO(b"".join(answer.streaming_content))) as packed:
        assert json.loads(packed.read("person.json"))["customer"]["name"] == "Cyan Ltd"


def test_a_copy_of_one_customer_is_not_found_under_another(cast: Cast) -> None:
    with scope(partner=cast.alder):
        run = done(persons.prepare(cast.customers[1], by=None))
    assert cast.browser(cast.ada).get(at("person-file", cast, run.key)).status_code == 404


def test_the_consequence_is_said_and_the_number_must_be_typed(cast: Cast) -> None:
    browser = cast.browser(cast.ada)
    page = browser.get(at("person-erase", cast)).content.decode()
    assert "cannot be undone" in page
    assert "keyed fingerprint" in page
    for typed in ("", "C-2", "Cyan Ltd"):
        answer = browser.post(at("person-erase", cast), {"number": typed})
        assert answer.status_code == 422
        assert "type C-1 to erase them" in answer.content.decode()
    with scope(partner=cast.alder):
        assert not ErasureRun.objects.exists()
        assert not Erasure.objects.exists()


def test_an_owner_erases_and_the_list_says_when_and_by_whom_but_never_who(cast: Cast) -> None:
    browser = cast.browser(cast.ada)
    answer = browser.post(at("person-erase", cast), {"number": " C-1 "}, follow=True)
    assert "data-poll" in answer.content.decode()
    with scope(partner=cast.alder):
        finish(ErasureRun.objects.get())
        assert Customer.objects.filter(external_id="C-1").count() == 0
        digest = Erasure.objects.get(of="number").digest
    assert browser.get(at("person", cast)).status_code == 404
    page = browser.get(reverse("erasures", args=["alder"])).content.decode()
    assert digest[:8] in page
    assert digest not in page
    assert "Ada" in page
    assert "complete" in page
    assert "C-1" not in page
    assert "Cyan" not in page


def test_nobody_erased_is_an_empty_page_with_the_way_to_it(cast: Cast) -> None:
    assert "Nobody was erased" in cast.browser(cast.ada).get(reverse("erasures", args=["alder"])).content.decode()


def test_who_shares_the_address_is_told_before(cast: Cast) -> None:
    _ = cast.customers
    with scope(partner=cast.alder):
        Customer.objects.filter(external_id="C-2").update(email="HELLO@cyan.example")
    assert (
        "1 other customer has the same e-mail" in cast.browser(cast.ada).get(at("person-erase", cast)).content.decode()
    )


def test_the_list_of_erasures_asks_few_questions(cast: Cast, django_assert_max_num_queries: object) -> None:
    _ = cast.customers
    for number in ("C-1", "C-2", "C-3"):
        erase(cast.alder, number)
    browser = cast.browser(cast.ada)
    with django_assert_max_num_queries(15):  # type: ignore[operator]
        assert browser.get(reverse("erasures", args=["alder"])).status_code == 200
