"""Forms of the upload pages: choosing a file, correcting how it was read."""

from dataclasses import replace
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from partners import uploads
from partners.columns import FACTS, TABLES, in_language
from partners.intake.source import DELIMITERS, Wishes
from partners.models import Upload
from partners.upload_board.columns import words
from partners.upload_board.reading import LAYOUT, MARKS, DateColumn
from portal.kit.errors import Refusal

ENCODINGS = [
    ("utf-8", "UTF-8"),
    ("utf-16-le", "UTF-16"),
    ("utf-16-be", "UTF-16 (big endian)"),
    ("gb18030", "GB18030 / GBK"),
    ("cp1252", gettext_lazy("Western (Windows-1252)")),
]
DETECTED = ("", gettext_lazy("As detected"))
SIGNS = {",": gettext_lazy("Comma"), ";": gettext_lazy("Semicolon"), "\t": gettext_lazy("Tab"), "|": "|"}


def kinds() -> list[tuple[str, str, str]]:
    """Kind, its name, one sentence about it, in the page's language."""
    language = get_language() or "en"
    return [
        (kind, in_language(table.label, language), in_language(table.help, language)) for kind, table in TABLES.items()
    ]


class Choose(forms.Form):
    kind = forms.ChoiceField(choices=Upload.Kind.choices, label=gettext_lazy("What does the file hold?"))
    complete = forms.BooleanField(
        required=False,
        label=gettext_lazy("This file is the complete list"),
        help_text=gettext_lazy("Not for a file that adds to what was sent before, such as last month’s orders."),
    )
    file = forms.FileField(label=gettext_lazy("Drop a file here, or choose one"), allow_empty_file=True)

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > settings.UPLOAD_MAX_MB * 2**20:
            raise forms.ValidationError(
                _("%(name)s is %(size)s MB; we take up to %(limit)s MB: split it by date or send it as Parquet.")
                % {"name": file.name, "size": file.size // 2**20, "limit": settings.UPLOAD_MAX_MB}
            )
        return file


class Announce(forms.Form):
    """What the page's script says of a file before it sends the first piece."""

    kind = forms.ChoiceField(choices=Upload.Kind.choices)
    complete = forms.BooleanField(required=False)
    filename = forms.CharField(max_length=255)
    size = forms.IntegerField(min_value=0, max_value=2**53)
    modified = forms.IntegerField(min_value=0, max_value=2**53, required=False)


class Reading(forms.Form):
    """How the file is read. Fields that do not apply to its format are left out; empty means as detected."""

    use_required_attribute = False
    encoding = forms.ChoiceField(choices=[DETECTED, *ENCODINGS], required=False, label=gettext_lazy("Encoding"))
    delimiter = forms.ChoiceField(
        choices=[DETECTED, *((sign, SIGNS[sign]) for sign in DELIMITERS)],
        required=False,
        label=gettext_lazy("Cells are parted by"),
    )
    quote = forms.ChoiceField(choices=[DETECTED, *MARKS.items()], required=False, label=gettext_lazy("Quotation marks"))
    sheet = forms.ChoiceField(required=False, label=gettext_lazy("Sheet"))
    header_row = forms.IntegerField(
        min_value=1, max_value=200, required=False, label=gettext_lazy("Row with the column names")
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
    complete = forms.BooleanField(
        required=False,
        label=gettext_lazy("This is the complete list"),
        help_text=gettext_lazy("What it does not hold is no longer there: older files of its kind are set aside."),
    )

    def __init__(self, upload: Upload, data: Any = None, *, dates: list[DateColumn]) -> None:
        source, self.upload, self.dates = upload.reading.get("source", {}), upload, dates
        self.before = uploads.wishes_of(upload)
        found = {name: source.get(name) for name in LAYOUT} | {"quote": self.before.quote}
        super().__init__(data, initial={**found, "decimal": self.before.decimal, "complete": upload.is_complete})
        kept = {"xlsx": ("sheet", "header_row"), "parquet": ()}
        text = ("encoding", "delimiter", "quote", "header_row")
        for name in set(LAYOUT) - set(kept.get(source.get("format", ""), text)):
            del self.fields[name]
        if upload.kind not in FACTS:
            del self.fields["complete"]
        if "sheet" in self.fields:
            self.fields["sheet"].choices = [(sheet, sheet) for sheet in source.get("sheets", ())]  # type: ignore[attr-defined]
        for column in dates:
            self.fields[f"order-{column.index}"] = forms.ChoiceField(
                choices=[("", ""), ("dmy", ""), ("mdy", "")], required=False, initial=column.chosen, label=column.source
            )

    def clean(self) -> dict[str, Any]:
        """A question nobody but a person can answer has to be answered."""
        for column in self.dates:
            name = f"order-{column.index}"
            if column.asked and name not in self.errors and not self.cleaned_data.get(name):
                self.add_error(name, _("Choose whether the day or the month comes first."))
        asked = self.upload.report.get("code") == "ask_decimal" and not self.moved()
        if asked and "decimal" not in self.errors and not self.cleaned_data.get("decimal"):
            self.add_error("decimal", _("Choose the decimal sign."))
        return self.cleaned_data

    def moved(self) -> bool:
        """Are there other cells now than before? Then the columns chosen by hand no longer mean what they did."""
        return any(name in self.changed_data for name in LAYOUT)

    def wishes(self) -> Wishes:
        """What was wished before, and what differs from what was found."""
        said, before = self.cleaned_data, self.before
        layout: dict[str, Any] = {name: getattr(before, name) for name in LAYOUT}
        for name in (name for name in LAYOUT if name in said and name in self.changed_data):
            layout[name] = said[name] or getattr(Wishes(), name)
        orders = {**before.date_orders}
        for column in self.dates:
            if (order := said[f"order-{column.index}"]) and (column.asked or order != column.chosen or column.by_hand):
                orders[column.source] = order
        kept = Wishes(skip_bad=before.skip_bad) if self.moved() else before
        return replace(kept, **layout, decimal=said["decimal"], date_orders=orders)

    def said_complete(self) -> bool | None:
        """Whether that was said anew."""
        return self.cleaned_data["complete"] if "complete" in self.changed_data else None


def column_wishes(upload: Upload, chosen: dict[str, str], row_number: str) -> list[str]:
    """The choices on the page as wishes: what was set by hand before, and what differs from the match now."""
    wishes = []
    for match in upload.mapping.get("matches", []):
        now = {"field": match["field"], "attribute": "attribute"}.get(match["role"], "ignore")
        wanted = chosen.get(f"c{match['index']}", now)
        if wanted != now or match["by_hand"]:
            wishes.append(f"@{match['index']}={wanted}")
    return [*wishes, *([f"#row={row_number}"] if row_number else [])]


def unknown(upload: Upload, chosen: dict[str, str], row_number: str) -> list[str]:
    """Choices that are no field of this kind of file, and columns the file does not have."""
    places = {f"c{match['index']}" for match in upload.mapping.get("matches", [])}
    known = {"", "ignore", "attribute", *TABLES[upload.kind].names}
    bad = [name for name in chosen if name not in places]
    return sorted({*bad, *(value[:40] for value in (*chosen.values(), row_number) if value not in known)})


def twice(chosen: dict[str, str], row_number: str) -> list[str]:
    """Fields that more than one column was given."""
    fields = [value for value in [*chosen.values(), row_number] if value not in ("", "attribute", "ignore")]
    return sorted({field for field in fields if fields.count(field) > 1})


def word_wishes(upload: Upload, said: dict[str, str]) -> dict[str, dict[str, str]]:
    """What words are to be read as: those decided before, and those now read differently. Raises Refusal."""
    wished = {source: dict(words) for source, words in uploads.wishes_of(upload).values.items()}
    for column in words(upload):
        for one in column.values:
            now = next((word for word, _label, chosen in one["options"] if chosen), "")
            wanted = said.get(f"w{column.index}-{one['place']}", now)
            if wanted not in ("", *(word for word, _label, _chosen in one["options"])):
                raise Refusal(_("“%(word)s” is none of the meanings this column knows.") % {"word": wanted[:40]})
            if wanted != now:
                wished.setdefault(column.source, {})[one["seen"]] = wanted
    return wished
