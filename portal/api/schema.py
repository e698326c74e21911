"""How the API describes itself: the key as a bearer scheme, and the problems any operation may answer with."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers

PROBLEM = "application/problem+json"


class Problem(serializers.Serializer[Any]):
    """RFC 9457: what went wrong, in a sentence."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    confirm = serializers.IntegerField(
        required=False, help_text=_("How many rows would go, to be sent as `confirm` when that is meant.")
    )
    detail = serializers.CharField(help_text=_("A sentence: what we saw, what we need."))
    confirm = serializers.IntegerField(
        required=False, help_text=_("How many rows would go: send it as “confirm” when that is meant.")
    )
    errors = serializers.DictField(  # type: ignore[assignment]
        required=False, help_text=_("Sentences by the field they are about.")
    )


WRONG = {
    "400": _("A parameter or a field cannot be used as it is."),
    "401": _("The key is missing, unknown, expired or withdrawn."),
    "403": _("The key may not do this."),
    "404": _("There is nothing here for this key."),
    "409": _("The file has reached another offset; HEAD says which."),
    "410": _("The file was cancelled or has expired: send it from the beginning."),
    "411": _("The body has no Content-Length."),
    "412": _("Tus-Resumable is missing, or is no version that is spoken here; Tus-Version says which is."),
    "413": _("The body is too large."),
    "415": _("The body has another media type than this address reads."),
    "422": _("Understood, but it cannot be done now."),
    "423": _("Another sender is writing: wait half a minute."),
    "429": _("Too many requests: wait as long as Retry-After says."),
    "460": _("The piece is not what its checksum says; nothing of it was kept."),
}


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "partners.keys.KeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "description": str(_("A key of the partner: fw_…"))}


class Schema(AutoSchema):
    """Adds to every operation what any operation may answer when it refuses."""

    def get_description(self) -> str:  # type: ignore[override]
        return str(getattr(self.view, "about", ""))

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies = super()._get_response_bodies(direction)
        for code in self._refusals():
            said = OpenApiResponse(Problem, description=str(WRONG[code]))
            bodies.setdefault(code, self._get_response_for_code(said, code, [PROBLEM], direction))
        return dict(sorted(bodies.items()))

    def _refusals(self) -> list[str]:
        codes = ["400", "401", "403", "429"]
        if "{" in self.path or getattr(self.view, "may_miss", False):
            codes.append("404")
        if self.method == "POST":
            codes += ["413", "422"]
            if self.get_request_serializer() is not None:
                codes.append("415")
        return [*codes, *getattr(self.view, "also_refuses", {}).get(self.method, [])]
