"""What a person decided on the page about groups of problems, as wishes; nonsense becomes a sentence."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from partners.intake import fixes
from partners.models import Upload
from partners.upload_board.problems import EMPTY, acts, where
from portal.kit.errors import Refusal

LONGEST = 200
LEAVE = ""
Fix = dict[str, str]


def decided(upload: Upload, said: Mapping[str, str]) -> tuple[Fix, ...]:
    """The fixes the form asks for, on top of those made before. Raises Refusal when none was chosen, or no such."""
    groups = upload.report.get("groups", [])
    for name in said:
        number = name[1:].partition("-")[0]
        if name[:1] == "g" and number.isdecimal() and not _below(number, len(groups)):
            raise Refusal(_("The file has no such group of problems: look at the page again."))
    new = [fix for number, group in enumerate(groups) for fix in _of_group(upload.kind, number, group, said)]
    if not new:
        raise Refusal(_("Choose what is to be done with at least one group, then apply it."))
    fixes.read(new)
    about = {_about(fix) for fix in new}
    return (*(fix for fix in made(upload) if _about(fix) not in about), *new)


def taken_back(upload: Upload, place: str) -> tuple[Fix, ...]:
    """The fixes without one of them. Raises Refusal when there is none at this place."""
    before = made(upload)
    if not _below(place, len(before)):
        raise Refusal(_("There is no such correction any more: look at the page again."))
    return (*before[: int(place)], *before[int(place) + 1 :])


def _below(number: str, limit: int) -> bool:
    """Is this text a number of a list so long? Whatever else somebody sends is not."""
    return number.isdecimal() and len(number) <= 6 and int(number) < limit


def made(upload: Upload) -> tuple[Fix, ...]:
    return tuple(upload.reading.get("wishes", {}).get("fixes", ()))


def _about(fix: Fix) -> tuple[str, str, str]:
    return fix["cause"], fix.get("column", ""), fix.get("seen", "")


def _of_group(kind: str, number: int, group: dict[str, Any], said: Mapping[str, str]) -> list[Fix]:
    """What was chosen for the group as a whole, and for single values of it."""
    base = {"cause": group["cause"], "column": group["column"]}
    found = []
    for place, one in enumerate(group.get("values", [])):
        if value := said.get(f"g{number}-v{place}", "").strip():
            found.append({**base, "act": "replace", "seen": one["value"], "value": _short(value)})
    chosen = said.get(f"g{number}", LEAVE)
    if chosen == LEAVE:
        return found
    if chosen not in [act for act, _label in acts(kind, group)]:
        raise Refusal(_("“%(act)s” is nothing that can be done with this group.") % {"act": chosen[:40]})
    act, _colon, how = chosen.partition(":")
    if act == "parse":
        return [*found, {**base, "act": act, "how": how}]
    if act == EMPTY:
        return [*found, {**base, "act": "replace", "value": ""}]
    if act == "replace":
        value = said.get(f"g{number}-with", "").strip()
        if not value:
            told = {"place": where(group["cause"], group["column"])}
            raise Refusal(_("%(place)s: write what should stand there instead, or choose something else.") % told)
        return [*found, {**base, "act": act, "value": _short(value)}]
    return [*found, {**base, "act": act}]


def _short(value: str) -> str:
    if len(value) > LONGEST:
        raise Refusal(_("What stands there instead may be at most %(most)s characters long.") % {"most": LONGEST})
    return value
