"""S15 and T02 in small: nonsense for every operation and role gets a documented answer of the documented shape,
never a failure of ours, and never a word of another partner. FAIRWAY_DRILLS=1 asks many more times."""

import json
import os
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django_scopes import scopes_disabled
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partners.keys import KeyThrottle
from partners.models import Customer, Upload
from predictions.models import OfferRule, OfferSettings, Outcome, Score
from tests.cast import CANARY
from tests.portal.api.conftest import Keys, World
from tests.portal.api.shapes import Contract
from tests.portal.api.test_access import TABLE

pytestmark = pytest.mark.lanes

EXAMPLES = 1000 if os.environ.get("FAIRWAY_DRILLS") else 20
CONTRACT = Contract()
OPERATIONS = [line.operation for line in TABLE]
ROLES = ["viewer", "manager", "owner"]

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
LIKELY = st.sampled_from(
    ["C-1", "B-1", "SKU-1", "B-SKU", "high", "only", "exclude", "saved", "wrong_product", "orders", "committed", "1",
     "0", "-1", "0.5", "nan", "inf", "1e400", str(2**63), str(2**70), "200", "201", "cD0x", "cj0xJnA9MQ==", "bz0xMDAw",
     "2026-10-01", "2026-02-31", "", " ", "\x00", "null", "true", "%", "'; --", "../.."]
)  # fmt: skip
WORDS = st.one_of(LIKELY, TEXT, st.integers().map(str), st.floats().map(str))
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), LIKELY),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXT, inner, max_size=3)),
    max_leaves=8,
)
HOPEFUL: dict[str, dict[str, Any]] = {
    "outcomes_record": {"customer_id": "C-1", "verdict": "wrong_product", "on": "2026-10-01", "note": "n",
                        "sku": "SKU-1", "because": "too_dear"},
    "offer_rules_add": {"kind": "margin", "sku": "SKU-2", "category": "Supplies", "segment": "SMB", "margin": 0.2,
                        "note": "n"},
    "offer_settings_put": {"rank_by": "value", "repeats": "new", "diversity": 0.5, "fit_from": 1, "intent_from": 0},
}  # fmt: skip
MOSTLY = st.sampled_from([True, True, True, False])
FIELDS = ["kind", "mapping", "date_order", "decimal", "encoding", "sheet", "header_row", "file", "more"]


TAME = {
    "customer_id": ["C-1", "C-2", "B-1"], "search": ["C", "Cyan", "B-"], "segment": ["SMB"], "region": ["North"],
    "min_probability": ["0", "0.5", "1"], "page_size": ["1", "2", "200"], "cursor": ["cD0x", "bz0x", "cj0xJnA9MQ=="],
    "sha256": ["0" * 64],
}  # fmt: skip


@st.composite
def requests(draw: st.DrawFn, name: str, world: World) -> dict[str, Any]:
    """Arguments of a test client's `generic` or `post` for one operation: some tame, some wild, most in between."""
    operation = CONTRACT.operations[name]
    path = operation["path"]
    named = (
        ("id", "upload" if "uploads" in path else "rule" if "offer-rules" in path else "outcome"),
        ("customer_id", "customer"),
        ("reference", "arrival"),
    )
    for hole, key in named:
        rows = [world.ours[key], world.ours[key], world.theirs[key]]
        tame = st.sampled_from([str(getattr(row, "external_id", getattr(row, "key", row.pk))) for row in rows])
        path = path.replace(f"{{{hole}}}", quote(draw(tame if draw(MOSTLY) else WORDS.filter(bool)), safe=""))
    query = urlencode(draw(_query(operation, tame=draw(MOSTLY))))
    if draw(st.integers(0, 15)) == 9:
        query += "&%ff=%fe&=&;&customer_id=%00"
    return {"method": operation["method"].upper(), "path": f"{path}?{query}", **_body(draw, name, operation)}


def _query(operation: dict[str, Any], *, tame: bool) -> Any:
    asked = [one for one in operation.get("parameters", []) if one["in"] == "query"]
    fitting = [
        st.tuples(st.just(one["name"]), st.sampled_from(one["schema"].get("enum") or TAME.get(one["name"], ["1"])))
        for one in asked
    ]
    if tame:
        return st.lists(st.one_of(*fitting), max_size=2) if fitting else st.just([])
    names = st.one_of(st.sampled_from([*(one["name"] for one in asked), "format", "page"]), TEXT)
    return st.lists(st.one_of(st.tuples(names, WORDS), *fitting), max_size=3)


def _body(draw: st.DrawFn, name: str, operation: dict[str, Any]) -> dict[str, Any]:
    if name.startswith("arrivals"):
        return draw(_tus())
    if operation["method"] not in ("post", "put"):
        return {}
    if draw(st.integers(0, 9)) == 9:
        kinds = ["application/json", "text/plain", "multipart/form-data; boundary=x", "multipart/form-data", ";;", ""]
        return {"data": draw(st.binary(max_size=200)), "content_type": draw(st.sampled_from(kinds))}
    if name == "uploads_send":
        wild = st.dictionaries(st.sampled_from(FIELDS), WORDS, min_size=1, max_size=3)
        form: dict[str, Any] = draw(st.just({"date_order": "dmy"}) if draw(MOSTLY) else wild)
        if draw(MOSTLY):
            file = SimpleUploadedFile(draw(TEXT.map(file_name)), draw(st.binary(max_size=200)))
            form = {**form, "kind": "orders", "file": file}
        return {"form": form}
    hopeful = HOPEFUL.get(name, {"skip_bad": True})
    wild = st.dictionaries(st.sampled_from([*hopeful, "more"]), JSON, max_size=2)
    body = draw(st.sampled_from([hopeful, {**hopeful, **draw(wild)}]) if draw(MOSTLY) else st.one_of(wild, JSON))
    return {"data": json.dumps(body), "content_type": "application/json"}


@st.composite
def _tus(draw: st.DrawFn) -> dict[str, Any]:
    """Headers of the protocol for files in pieces, mostly tame, and a piece."""
    word = st.one_of(st.sampled_from(["0", "3", "9"]), LIKELY.filter(str.isprintable))
    pairs = "filename b3JkZXJz,kind b3JkZXJz"
    metadata = st.one_of(st.just(pairs), st.tuples(WORDS, WORDS).map(" ".join).filter(str.isprintable))
    kinds = st.sampled_from(["application/offset+octet-stream", "text/plain", ""])
    return {
        "data": draw(st.binary(max_size=12)),
        "content_type": "application/offset+octet-stream" if draw(MOSTLY) else draw(kinds),
        "HTTP_TUS_RESUMABLE": "1.0.0" if draw(MOSTLY) else draw(word),
        "HTTP_UPLOAD_LENGTH": draw(word),
        "HTTP_UPLOAD_OFFSET": draw(word),
        "HTTP_UPLOAD_METADATA": pairs if draw(MOSTLY) else draw(metadata),
        **({"HTTP_UPLOAD_CHECKSUM": f"sha1 {draw(word)}"} if draw(st.integers(0, 5)) == 5 else {}),
    }


def file_name(text: str) -> str:
    """A name Django's own test client accepts: its uploads refuse a path without a last part before we see it."""
    last = os.path.basename(text)
    return text if last not in {"", ".", ".."} else "f"


@pytest.mark.parametrize("name", OPERATIONS)
def test_nonsense_gets_a_documented_answer(
    name: str, world: World, keyring: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(KeyThrottle, "rate", "1000000/min", raising=False)
    programs = [keyring.program(role=role, personal=role != "viewer") for role in ROLES]
    before = foreign_rows()

    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(who=st.sampled_from(programs), told=requests(name, world), key=st.one_of(st.just(""), LIKELY))
    def hold(who: Any, told: dict[str, Any], key: str) -> None:
        told = dict(told)
        headers = {**who.headers, **({"HTTP_IDEMPOTENCY_KEY": key} if key.isprintable() and key else {})}
        path, method, form = told.pop("path"), told.pop("method"), told.pop("form", None)
        if form is not None:
            answer = who.client.post(path, form, **headers)
        else:
            answer = who.client.generic(method, path, **told, **headers)
        CONTRACT.hold(name, answer)
        if answer.status_code >= 400:
            assert answer.json()["detail"]
        assert CANARY not in answer.content.decode()
        assert foreign_rows() == before

    hold()


@scopes_disabled()
def foreign_rows() -> list[Any]:
    """Everything of Birch that a request of Alder could have changed."""
    models = (Customer, Upload, Outcome, Score, OfferRule, OfferSettings)
    return [list(model.objects.filter(partner__slug="birch").values()) for model in models]
