"""Who may call what: a line per operation, every kind of key against it, and nothing of one partner at another's."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import get_resolver
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator

from partners import keys
from partners.models import ApiKey
from tests.cast import CANARY, Cast
from tests.portal.api.conftest import PROBLEM, Keys, Program, World

pytestmark = pytest.mark.lanes

ALL = {"viewer", "manager", "owner"}
ACTING = {"manager", "owner"}


@dataclass(frozen=True)
class Line:
    """An operation, how to call it on somebody's belongings, who may, and what they then get."""

    operation: str
    call: Callable[[Program, dict[str, Any]], HttpResponse]
    allowed: set[str]
    status: int = 200
    names_something: bool = False

    def __str__(self) -> str:
        return self.operation


TABLE = [
    Line("me", lambda p, _: p.get("me/"), ALL),
    Line("uploads_list", lambda p, _: p.get("uploads/"), ALL),
    Line("uploads_send", lambda p, _: p.send(b"a,b\n1,2\n"), ACTING, 202),
    Line("uploads_one", lambda p, o: p.get(f"uploads/{o['upload'].pk}/"), ALL, 200, True),
    Line("uploads_check", lambda p, o: p.post(f"uploads/{o['upload'].pk}/check/", {"fixes": []}), ACTING, 202, True),
    Line("uploads_commit", lambda p, o: p.post(f"uploads/{o['upload'].pk}/commit/", {"skip_bad": True}), ACTING, 202,
         True),
    Line("uploads_withdraw", lambda p, o: p.post(f"uploads/{o['upload'].pk}/withdraw/"), ACTING, 422, True),
    Line("arrivals_announce", lambda p, _: p.announce(9), ACTING, 201),
    Line("arrivals_one", lambda p, o: p.get(f"arrivals/{o['arrival'].key}/"), ACTING, 200, True),
    Line("arrivals_append", lambda p, o: p.patch(f"arrivals/{o['arrival'].key}/", b"abc", at=0), ACTING, 204, True),
    Line("arrivals_cancel", lambda p, o: p.delete(f"arrivals/{o['arrival'].key}/"), ACTING, 204, True),
    Line("pulls_list", lambda p, _: p.get("pulls/"), ALL),
    Line("pulls_one", lambda p, o: p.get(f"pulls/{o['feed'].pk}/"), ALL, 200, True),
    Line("pulls_run", lambda p, o: p.post(f"pulls/{o['feed'].pk}/run/"), ACTING, 202, True),
    Line("customers_list", lambda p, _: p.get("customers/"), ALL),
    Line("customers_one", lambda p, o: p.get(f"customers/{o['customer'].external_id}/"), ALL, 200, True),
    Line("customers_export", lambda p, o: p.get(f"customers/{o['customer'].external_id}/export/"), ACTING, 202, True),
    Line("customers_erase", lambda p, o: p.delete(f"customers/{o['customer'].external_id}/"), {"owner"}, 202, True),
    Line("erasures_one", lambda p, o: p.get(f"erasures/{o['erasure'].pk}/"), {"owner"}, 200, True),
    Line("churn_scores_list", lambda p, _: p.get("churn-scores/"), ALL),
    Line("recommendations_list", lambda p, _: p.get("recommendations/"), ALL),
    Line("product_ranking", lambda p, _: p.get("product-ranking/", sku="SKU-1"), ALL),
    Line("prospects_list", lambda p, _: p.get("prospects/"), ALL),
    Line("outlooks_list", lambda p, _: p.get("outlooks/"), ALL),
    Line("offer_rules_list", lambda p, _: p.get("offer-rules/"), ALL),
    Line("offer_rules_add", lambda p, _: p.post("offer-rules/", {"kind": "pin", "sku": "SKU-2"}), ACTING, 201),
    Line("offer_rules_one", lambda p, o: p.get(f"offer-rules/{o['rule'].pk}/"), ALL, 200, True),
    Line("offer_rules_remove", lambda p, o: p.delete(f"offer-rules/{o['rule'].pk}/"), ACTING, 204, True),
    Line("offer_settings", lambda p, _: p.get("offer-settings/"), ALL),
    Line("offer_settings_put", lambda p, _: p.put("offer-settings/", {"diversity": 0.5}), ACTING),
    Line("outcomes_list", lambda p, _: p.get("outcomes/"), ALL),
    Line("outcomes_record", lambda p, _: p.post("outcomes/", {"customer_id": "C-1", "verdict": "lost"}), ACTING, 201),
    Line("outcomes_one", lambda p, o: p.get(f"outcomes/{o['outcome'].pk}/"), ALL, 200, True),
    Line("outcomes_undo", lambda p, o: p.delete(f"outcomes/{o['outcome'].pk}/"), ACTING, 204, True),
]  # fmt: skip
LINES = pytest.mark.parametrize("line", TABLE, ids=str)


def test_every_operation_of_the_schema_has_a_line_in_the_table() -> None:
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    listed = {operation["operationId"] for methods in paths.values() for operation in methods.values()}
    assert listed == {line.operation for line in TABLE}


def test_every_address_under_v1_is_in_the_schema() -> None:
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    api = next(one for one in get_resolver().url_patterns if str(one.pattern) == "api/")
    addresses = [str(one.pattern) for one in api.url_patterns if str(one.pattern).startswith("v1/")]
    assert len(addresses) == len(paths)


@LINES
@pytest.mark.parametrize("role", sorted(ALL))
def test_a_key_may_do_what_its_role_may(line: Line, role: str, keyring: Keys, world: World) -> None:
    answer = line.call(keyring.program(role=role), world.ours)
    if role in line.allowed:
        assert answer.status_code == line.status, answer.content
    else:
        assert answer.status_code == 403
        assert answer["Content-Type"] == PROBLEM
        assert "role" in answer.json()["detail"]


@pytest.mark.parametrize("how", ["no key", "bad key", "expired", "revoked", "closed partner"])
def test_a_key_that_does_not_stand_opens_nothing(how: str, keyring: Keys, world: World) -> None:
    program = keyring.spoilt(how)
    for line in TABLE:
        answer = line.call(program, world.ours)
        assert answer.status_code == 401, line
        assert answer["Content-Type"] == PROBLEM
        assert answer["WWW-Authenticate"] == "Bearer"
        assert answer.json()["detail"].endswith((".", "…"))


@pytest.mark.parametrize("line", [line for line in TABLE if line.names_something], ids=str)
def test_what_belongs_to_another_partner_is_not_there(line: Line, keyring: Keys, world: World) -> None:
    program = keyring.program(role="owner")
    answer = line.call(program, world.theirs)
    assert answer.status_code == 404
    assert answer["Content-Type"] == PROBLEM
    named = ("upload", "feed", "erasure", "outcome", "customer", "arrival", "rule")
    missing = {**world.theirs, **dict.fromkeys(named, _Nobody)}
    assert line.call(program, missing).json() == answer.json(), "a foreign id and a free id answer alike"


class _Nobody:
    pk = 999_999
    key = uuid.uuid4()
    external_id = "nobody"


@LINES
def test_nothing_of_another_partner_is_in_any_answer(line: Line, keyring: Keys, world: World) -> None:
    for role in sorted(ALL):
        for belongings in (world.ours, world.theirs):
            answer = line.call(keyring.program(role=role), belongings)
            assert CANARY not in answer.content.decode()
            assert CANARY not in str(answer.headers)


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("customers/", {"search": "Canary"}),
        ("customers/", {"search": "B-1"}),
        ("churn-scores/", {"customer_id": "B-1"}),
        ("recommendations/", {"customer_id": "B-1"}),
        ("recommendations/", {"sku": "B-SKU"}),
        ("product-ranking/", {"sku": "B-SKU"}),
        ("prospects/", {"customer_id": "B-1"}),
        ("outlooks/", {"sku": "B-SKU"}),
        ("outcomes/", {"customer_id": "B-1"}),
    ],
)
def test_filters_find_nothing_of_another_partner(path: str, query: dict[str, str], keyring: Keys, world: World) -> None:
    answer = keyring.program(role="owner").get(path, **query)
    assert answer.status_code == 200
    assert answer.json()["results"] == []


def test_a_publication_of_another_partner_is_not_there(keyring: Keys, world: World) -> None:
    answer = keyring.program().get("churn-scores/", publication=world.foreign_churn.pk)
    assert answer.status_code == 404


def test_an_outcome_cannot_be_recorded_on_another_partners_customer_or_product(keyring: Keys, world: World) -> None:
    program = keyring.program()
    foreign = program.post("outcomes/", {"customer_id": "B-1", "verdict": "lost"})
    free = program.post("outcomes/", {"customer_id": "Q-9", "verdict": "lost"})
    assert foreign.status_code == free.status_code == 400
    assert foreign.json()["errors"]["customer_id"] == [free.json()["errors"]["customer_id"][0].replace("Q-9", "B-1")]
    sku = program.post("outcomes/", {"customer_id": "C-1", "verdict": "bought", "sku": "B-SKU"})
    assert sku.status_code == 400
    assert "B-SKU" in sku.json()["errors"]["sku"][0]


def test_a_revoked_key_is_denied_on_the_next_request(keyring: Keys, cast: Cast) -> None:
    key, secret = keyring.make(cast.alder)
    program = Program(secret)
    assert program.get("me/").status_code == 200
    assert keys.revoke(key, at=timezone.now())
    assert program.get("me/").status_code == 401


def test_a_key_whose_role_is_lowered_is_denied_on_the_next_request(keyring: Keys, world: World) -> None:
    key, secret = keyring.make(world.cast.alder, "manager")
    program = Program(secret)
    assert program.post("outcomes/", {"customer_id": "C-1", "verdict": "saved"}).status_code == 201
    ApiKey.objects.filter(pk=key.pk).update(role="viewer")
    assert program.post("outcomes/", {"customer_id": "C-1", "verdict": "saved"}).status_code == 403


def test_a_signed_in_browser_is_not_a_key(cast: Cast, world: World) -> None:
    browser = cast.browser(cast.ada)
    for path in ("me/", "customers/", "uploads/"):
        assert browser.get(f"/api/v1/{path}").status_code == 401
