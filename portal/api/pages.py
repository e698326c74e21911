"""Cursor pages: a list is read to its end without gaps or repeats while rows come and go."""

from typing import Any

from django.core.exceptions import ValidationError as Unusable
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

PAGE, LONGEST = 50, 200
LARGEST = 2**63 - 1


class Pages(CursorPagination):
    """Orders by the view's one `ordering` column, which is unique within the list or nearly so."""

    page_size = PAGE
    page_size_query_param = "page_size"
    max_page_size = LONGEST

    def get_ordering(self, request: Request, queryset: Any, view: Any) -> tuple[str, ...]:
        return (view.ordering,)

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        column = view.ordering.lstrip("-")
        self.column = queryset.model._meta.pk if column == "pk" else queryset.model._meta.get_field(column)
        return super().paginate_queryset(queryset, request, view)

    def decode_cursor(self, request: Request) -> Cursor | None:
        """A cursor is only ever ours: one that cannot be read, or names no place in this list, is refused here."""
        try:
            cursor = super().decode_cursor(request)
            if cursor is not None and cursor.position is not None:
                place = self.column.to_python(cursor.position)
                if "\x00" in str(cursor.position) or (isinstance(place, int) and abs(place) > LARGEST):
                    raise ValueError
        except (NotFound, Unusable, ValueError) as error:
            told = _("This cursor does not belong to this list: take “next” as it stands, or start without a cursor.")
            raise ValidationError({"cursor": [told]}) from error
        return cursor

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return []  # `cursor` and `page_size` stand among each list's questions (portal.api.base.Listed)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        told = super().get_paginated_response_schema(schema)
        told["required"] = ["next", "previous", "results"]
        told["properties"]["next"]["example"] = "https://portal.example/api/v1/customers/?cursor=cD1DLTUw"
        told["properties"]["previous"]["example"] = None
        return told


class PublicationPages(Pages):
    """Pages of one publication: the links name it, so that a new one in the middle of reading mixes nothing up."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        self.publication = view.publication
        page = super().paginate_queryset(queryset, request, view)
        if self.publication is not None:
            self.base_url = replace_query_param(str(self.base_url), "publication", self.publication.pk)
        return page

    def get_paginated_response(self, data: Any) -> Response:
        response = super().get_paginated_response(data)
        shown = self.publication
        told = shown and {
            "id": shown.pk,
            "model_version": str(shown.version),
            "as_of": shown.as_of.isoformat(),
            "published_at": shown.published_at.isoformat() if shown.published_at else None,
        }
        response.data = {"publication": told, **response.data}
        return response

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        told = super().get_paginated_response_schema(schema)
        told["required"].append("publication")
        told["properties"]["publication"] = {
            "type": "object",
            "nullable": True,
            "description": "Which scores these are; null while nothing is published.",
            "required": ["id", "model_version", "as_of", "published_at"],
            "properties": {
                "id": {"type": "integer"},
                "model_version": {"type": "string"},
                "as_of": {"type": "string", "format": "date"},
                "published_at": {"type": "string", "format": "date-time", "nullable": True},
            },
        }
        return told
