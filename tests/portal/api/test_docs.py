"""The schema is valid and complete; the page of documentation tells all of it without a script of its own."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from portal.api import docs
from tests.cast import Cast


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return found


def each(schema: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(path, operation) for path, methods in schema["paths"].items() for operation in methods.values()]


def test_the_schema_is_valid_and_warns_of_nothing(tmp_path: Path) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yml"))
    assert "openapi: 3" in (tmp_path / "schema.yml").read_text()


def test_the_schema_is_served_without_a_key(db: None) -> None:
    answer = Client().get("/api/schema/", headers={"accept": "application/vnd.oai.openapi+json"})
    assert answer.status_code == 200
    assert answer.json()["info"]["title"] == "Fairway API"


def test_every_operation_needs_the_bearer_key(schema: dict[str, Any]) -> None:
    assert schema["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    for path, operation in each(schema):
        assert operation["security"] == [{"key": []}], path


def test_every_operation_says_how_it_refuses(schema: dict[str, Any]) -> None:
    for path, operation in each(schema):
        answers = operation["responses"]
        assert {"400", "401", "403", "429"} <= answers.keys(), path
        assert ("404" in answers) == ("{" in path or "publication" in str(operation.get("parameters"))), path
        assert ("415" in answers) == ("requestBody" in operation), path
        assert list(answers["401"]["content"]) == ["application/problem+json"]


def test_every_operation_has_a_name_a_summary_and_a_group(schema: dict[str, Any]) -> None:
    names = [operation["operationId"] for _path, operation in each(schema)]
    assert len(names) == len(set(names))
    for path, operation in each(schema):
        assert operation["summary"], path
        assert len(operation["tags"]) == 1, path


def test_every_path_parameter_is_told_once(schema: dict[str, Any]) -> None:
    for path, operation in each(schema):
        told = sorted(one["name"] for one in operation.get("parameters", []) if one["in"] == "path")
        assert told == sorted(re.findall(r"{(\w+)}", path))


def test_lists_say_that_they_come_in_pages(schema: dict[str, Any]) -> None:
    lists = [operation for _path, operation in each(schema) if operation["operationId"].endswith("_list")]
    assert len(lists) == 9
    for operation in lists:
        assert {"cursor", "page_size"} <= {one["name"] for one in operation["parameters"]}
        shape = operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
        assert {"next", "previous", "results"} <= set(schema["components"]["schemas"][shape]["required"])


def test_the_page_tells_every_operation_parameter_and_field(schema: dict[str, Any], db: None) -> None:
    page = Client().get("/api/docs/").content.decode()
    for path, operation in each(schema):
        assert path in page
        assert f'id="{operation["operationId"]}"' in page
        for parameter in operation.get("parameters", []):
            assert f"<code>{parameter['name']}</code>" in page
    for field in ("value_at_risk", "min_probability", "Idempotency-Key", "skip_bad", "newest_fact_on"):
        assert f"<code>{field}</code>" in page


def test_the_page_stands_under_the_strict_policy_without_anything_inline(db: None) -> None:
    answer = Client().get("/api/docs/")
    page = answer.content.decode()
    assert "'unsafe-inline'" not in answer["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert not re.search(r"\sstyle=|\son\w+=|<style", page)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)


def test_the_page_is_for_everyone_and_for_members_too(cast: Cast) -> None:
    for browser in (cast.browser(), cast.browser(cast.vic), cast.browser(cast.vera)):
        assert browser.get("/api/docs/").status_code == 200
    assert Client().post("/api/docs/").status_code == 405


def test_the_page_names_this_portal_its_limits_and_a_first_request(settings: Any, db: None) -> None:
    settings.SITE_URL = "https://portal.example"
    settings.UPLOAD_MAX_MB = 123
    page = Client().get("/api/docs/").content.decode()
    assert "https://portal.example/api/v1/me/" in page
    assert "123" in page
    assert "curl" in page


def test_references_beside_other_words_keep_both() -> None:
    schema = {"components": {"schemas": {"Word": {"type": "string", "enum": ["a", "b"]}}}}
    row = docs._row(schema, "word", {"allOf": [{"$ref": "#/components/schemas/Word"}], "nullable": True}, True)
    assert row["type"] == "string | null"
    assert row["choices"] == ["a", "b"]
    assert docs._type(schema, {"type": "array", "items": {"$ref": "#/components/schemas/Word"}}) == "[string]"
