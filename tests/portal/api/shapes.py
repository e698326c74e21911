"""Does an answer have the shape the schema promises? OpenAPI 3.0 read as JSON Schema."""

from functools import cached_property
from typing import Any

from django.http import HttpResponse
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft7Validator, FormatChecker


class Contract:
    """The schema as a caller would hold it against us."""

    @cached_property
    def schema(self) -> dict[str, Any]:
        return SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-any-return]

    @cached_property
    def operations(self) -> dict[str, dict[str, Any]]:
        return {
            operation["operationId"]: {**operation, "path": path, "method": method}
            for path, methods in self.schema["paths"].items()
            for method, operation in methods.items()
        }

    def hold(self, name: str, answer: HttpResponse) -> None:
        """Raise when the status is not documented or the body not of its shape."""
        documented = self.operations[name]["responses"]
        code = str(answer.status_code)
        assert code in documented, f"{name} answered {code}: {answer.content[:500]!r}"
        content = documented[code].get("content")
        if content is None:
            assert answer.content == b""
            return
        media_type = answer["Content-Type"].partition(";")[0]
        assert media_type in content, f"{name} {code} came as {media_type}"
        shape = {**self._plain(content[media_type]["schema"]), "components": self._plain(self.schema["components"])}
        Draft7Validator(shape, format_checker=FormatChecker()).validate(answer.json())

    def _plain(self, shape: Any) -> Any:
        """`nullable: true` becomes a choice with null; references stay, as they point into `components`."""
        if isinstance(shape, list):
            return [self._plain(one) for one in shape]
        if not isinstance(shape, dict):
            return shape
        plain = {key: self._plain(value) for key, value in shape.items() if key != "nullable"}
        return {"anyOf": [plain, {"type": "null"}]} if shape.get("nullable") is True else plain
