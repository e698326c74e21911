"""Forms of the upload pages: choosing a file, correcting how it was read."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from partners.columns import TABLES, in_language
from partners.intake.source import DELIMITERS, Wishes
from partners.models import Upload

ENCODINGS = [
    ("utf-8", "UTF-8"),
    ("utf-16-le", "UTF-16"),
    ("utf-16-be", "UTF-16 (big endian)"),
    ("gb18030", "GB18030 / GBK"),
    ("cp1252", gettext_lazy("Western (Windows-1252)")),
]
DETECTED = ("", gettext_lazy("As detected"))
ANSWERS = ("date_order", "decimal")
SIGNS = {",": gettext_lazy("Comma"), ";": gettext_lazy("Semicolon"), "\t": gettext_lazy("Tab"), "|": "|"}


def kinds() -> list[tuple[str, str, str]]:
    """Kind, its name, one sentence about it, in the page's language."""
    language = get_language() or "en"
    return [
        (kind, in_language(table.label, language), in_language(table.help, language)) for kind, table in TABLES.items()
    ]


class Choose(forms.Form):
    kind = forms.ChoiceField(choices=Upload.Kind.choices, label=gettext_lazy("What does the file hold?"))
    file = forms.FileField(label=gettext_lazy("Drop a file here, or choose one"), allow_empty_file=True)

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > settings.UPLOAD_MAX_MB * 2**20:
            raise forms.ValidationError(
                _("%(name)s is %(size)s MB; we take up to %(limit)s MB: split it by date or send it as Parquet.")
                % {"name": file.name, "size": file.size // 2**20, "limit": settings.UPLOAD_MAX_MB}
            )
        return file


class Reading(forms.Form):
    """How the file is read. Fields that do not apply to its format are left out; empty means as detected."""

    use_required_attribute = False
    encoding = forms.ChoiceField(choices=[DETECTED, *ENCODINGS], required=False, label=gettext_lazy("Encoding"))
    delimiter = forms.ChoiceField(
        choices=[DETECTED, *((sign, SIGNS[sign]) for sign in DELIMITERS)],
        required=False,
        label=gettext_lazy("Cells are parted by"),
    )
    sheet = forms.ChoiceField(required=False, label=gettext_lazy("Sheet"))
    header_row = forms.IntegerField(
        min_value=1, max_value=200, required=False, label=gettext_lazy("Row with the column names")
    )
    date_order = forms.ChoiceField(
        choices=[
            DETECTED,
            ("dmy", gettext_lazy("Day first: 31/12/2026")),
            ("mdy", gettext_lazy("Month first: 12/31/2026")),
        ],
        required=False,
        label=gettext_lazy("Dates such as 03/04/2026"),
    )
    decimal = forms.ChoiceField(
        choices=[
            DETECTED,
            ("point", gettext_lazy("Point: 1,234.50")),
            ("comma", gettext_lazy("Comma: 1.234,50")),
        ],
        required=False,
        label=gettext_lazy("Decimal sign"),
    )

    def __init__(self, upload: Upload, data: Any = None) -> None:
        source, self.before = upload.reading.get("source", {}), upload.reading.get("wishes", {})
        names = ("encoding", "delimiter", "sheet", "header_row")
        found = {name: source.get(name) for name in names}
        answers = {name: self.before.get(name) for name in ANSWERS}
        super().__init__(data, initial={**found, **answers})
        kept = {"xlsx": ("sheet", "header_row"), "parquet": ()}
        for name in set(names) - set(kept.get(source.get("format", ""), ("encoding", "delimiter", "header_row"))):
            del self.fields[name]
        if data is None and source:  # as shown, every field has its detected value: nothing to mark as optional
            for field in self.fields.values():
                field.required = True
        if "sheet" in self.fields:
            self.fields["sheet"].choices = [(sheet, sheet) for sheet in source.get("sheets", ())]  # type: ignore[attr-defined]

    def wishes(self) -> Wishes:
        """What differs from what was found is a wish, and so is what was one before."""
        said = {
            name: value
            for name, value in self.cleaned_data.items()
            if value and (name in self.changed_data or name in ANSWERS or self.before.get(name))
        }
        return Wishes.from_dict(said)


def column_wishes(upload: Upload, chosen: dict[str, str], row_number: str) -> list[str]:
    """The choices on the page as wishes: what was set by hand before, and what differs from the match now."""
    wishes = []
    for match in upload.mapping.get("matches", []):
        now = {"field": match["field"], "attribute": "attribute"}.get(match["role"], "ignore")
        wanted = chosen.get(f"c{match['index']}", now)
        if wanted != now or match["by_hand"]:
            wishes.append(f"@{match['index']}={wanted}")
    return [*wishes, *([f"#row={row_number}"] if row_number else [])]


def twice(chosen: dict[str, str], row_number: str) -> list[str]:
    """Fields that more than one column was given."""
    fields = [value for value in [*chosen.values(), row_number] if value not in ("", "attribute", "ignore")]
    return sorted({field for field in fields if fields.count(field) > 1})
