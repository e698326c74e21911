"""What a customer may ask for by law, asked for by a program: a copy of everything, and erasure."""

import pytest
from django_scopes import scope

from partners.models import Customer, ErasureRun, PersonExport
from tests.cast import Cast
from tests.partners.erasures import finish
from tests.partners.test_persons import done
from tests.portal.api.conftest import Keys

pytestmark = pytest.mark.django_db


def test_a_copy_is_made_first_and_given_then(cast: Cast, keyring: Keys) -> None:
    _ = cast.customers
    program = keyring.program()
    first = program.get("customers/C-1/export/")
    assert (first.status_code, first["Retry-After"], first.json()["person"]) == (202, "2", None)
    with scope(partner=cast.alder):
        done(PersonExport.objects.get())
    told = program.get("customers/C-1/export/")
    assert told.status_code == 200
    assert told.json()["person"]["customer"]["name"] == "Cyan Ltd"
    assert told.json()["state"] == "succeeded"
    with scope(partner=cast.alder):
        assert PersonExport.objects.count() == 1


def test_an_erasure_is_queued_followed_and_done(cast: Cast, keyring: Keys) -> None:
    _ = cast.customers
    program = keyring.program(role="owner")
    answer = program.delete("customers/C-1/")
    assert answer.status_code == 202
    assert answer["Location"].endswith(f"/api/v1/erasures/{answer.json()['id']}/")
    assert answer.json()["customers"] is None
    with scope(partner=cast.alder):
        finish(ErasureRun.objects.get())
        assert not Customer.objects.filter(external_id="C-1").exists()
    told = program.get(f"erasures/{answer.json()['id']}/").json()
    assert (told["state"], told["customers"]) == ("succeeded", 1)
    assert "C-1" not in str(told)
    assert program.get("customers/C-1/").status_code == 404


@pytest.mark.parametrize("what", ["export", "erase"])
def test_a_key_without_the_right_to_personal_data_gets_neither(cast: Cast, keyring: Keys, what: str) -> None:
    _ = cast.customers
    program = keyring.program(role="owner", personal=False)
    answer = program.get("customers/C-1/export/") if what == "export" else program.delete("customers/C-1/")
    assert answer.status_code == 403
    with scope(partner=cast.alder):
        assert not ErasureRun.objects.exists()
        assert not PersonExport.objects.exists()
