"""What an address understands: questions in the query string, fields in a body. Anything else is refused by name."""

from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from portal.api.pages import LONGEST, PAGE


class Strict(serializers.Serializer[Any]):
    """A typing error must not pass for a wish that was heard."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            known = [name for name, field in self.fields.items() if not field.read_only]
            told = _("This is not known here. Known are: %(known)s.") % {"known": ", ".join(known) or "–"}
            if unknown := [name for name in data if name not in known]:
                raise ValidationError({str(name)[:80]: [told] for name in sorted(unknown)[:20]})
        return super().to_internal_value(data)


class Asked(Strict):
    """The questions of an address; none, unless a subclass names some."""


class Listed(Asked):
    cursor = serializers.CharField(required=False, help_text=_("The place to read on from; “next” carries it."))
    page_size = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=LONGEST,
        help_text=format_lazy(_("Rows on a page; {count} unless told."), count=PAGE),
    )
