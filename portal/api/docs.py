"""The API's page of documentation: a short guide, and every operation as the schema tells it. No script at all."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

from partners.keys import KeyThrottle

GROUPS: dict[str, Any] = {
    "me": _("This key"),
    "uploads": _("Files"),
    "customers": _("Customers"),
    "churn scores": _("Who may leave"),
    "recommendations": _("What to offer"),
    "outcomes": _("Outcomes"),
}


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    groups = operations(translation.get_language() or "en")
    rate = KeyThrottle.THROTTLE_RATES["key"]
    known = {"groups": groups, "base": f"{settings.SITE_URL}/api/v1", "rate": rate, "upload_mb": settings.UPLOAD_MAX_MB}
    return render(request, "api/docs.html", known)


@lru_cache(maxsize=4)
def operations(language: str) -> list[dict[str, Any]]:
    """Groups of operations: {name, operations: [{id, method, path, summary, …}]}."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            tag = operation.get("tags", ["other"])[0]
            groups.setdefault(tag, []).append(_told(schema, method, path, operation))
    names = [*GROUPS, *sorted(groups.keys() - GROUPS.keys())]
    return [{"name": str(GROUPS.get(name, name)), "operations": groups[name]} for name in names if name in groups]


def _told(schema: dict[str, Any], method: str, path: str, operation: dict[str, Any]) -> dict[str, Any]:
    asked = [one for one in operation.get("parameters", []) if one["in"] != "cookie"]
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": operation.get("summary", ""),
        "description": operation.get("description", ""),
        "parameters": [_row(schema, one["name"], {**one, **one["schema"]}, one.get("required")) for one in asked],
        "body": _fields(schema, operation.get("requestBody", {}).get("content", {})),
        "answers": [
            {"code": code, "text": answer.get("description", ""), "fields": _fields(schema, answer.get("content", {}))}
            for code, answer in operation["responses"].items()
        ],
    }


def _fields(schema: dict[str, Any], content: dict[str, Any]) -> list[dict[str, Any]]:
    """The fields of a body: of the rows, when it is a page of rows. A problem's fields stand once, in the guide."""
    if not content or "application/problem+json" in content:
        return []
    shape = _resolved(schema, next(iter(content.values())).get("schema", {}))
    if "results" in shape.get("properties", {}):
        shape = _resolved(schema, shape["properties"]["results"]["items"])
    return list(_rows(schema, shape, ""))


def _rows(schema: dict[str, Any], shape: dict[str, Any], before: str) -> Iterator[dict[str, Any]]:
    """A row per field; the fields of a field follow it: `run`, `run.state`, `reasons[].code`."""
    for name, field in shape.get("properties", {}).items():
        yield _row(schema, f"{before}{name}", field, name in shape.get("required", []))
        inner = _resolved(schema, field)
        yield from _rows(schema, inner, f"{before}{name}.")
        if inner.get("type") == "array":
            yield from _rows(schema, _resolved(schema, inner["items"]), f"{before}{name}[].")


def _row(schema: dict[str, Any], name: str, field: dict[str, Any], required: Any) -> dict[str, Any]:
    shape = _resolved(schema, field)
    return {
        "name": name,
        "required": bool(required),
        "type": _type(schema, shape),
        "limits": ", ".join(_limits(shape)),
        "choices": [one for one in shape.get("enum", []) if one not in (None, "")],
        "help": field.get("description", "").partition("* `")[0].strip(),
    }


def _limits(shape: dict[str, Any]) -> Iterator[str]:
    """What people need to know; the widths of the database's own columns are not among it."""
    for key, sign in {"minimum": "≥", "maximum": "≤", "default": "="}.items():
        value = shape.get(key)
        if value is not None and value != {} and not (isinstance(value, int) and abs(value) > 2**31):
            yield f"{sign} {value}"
    if "maxLength" in shape and "enum" not in shape:
        yield _("up to %(count)s characters") % {"count": shape["maxLength"]}


def _type(schema: dict[str, Any], shape: dict[str, Any]) -> str:
    kind = shape.get("format") or shape.get("type", "object")
    if kind == "array":
        kind = f"[{_type(schema, _resolved(schema, shape.get('items', {})))}]"
    return f"{kind} | null" if shape.get("nullable") else str(kind)


def _resolved(schema: dict[str, Any], shape: dict[str, Any]) -> dict[str, Any]:
    """A shape with its references followed; what stands beside a reference stays."""
    found = dict(shape)
    for part in [{"$ref": found.pop("$ref")}] if "$ref" in found else found.pop("allOf", found.pop("oneOf", [])):
        if "$ref" in part:
            part = schema["components"]["schemas"][part["$ref"].rsplit("/", 1)[1]]
        found = {**_resolved(schema, part), **found}
    return found
