"""What each partner is shown, the checks it passed, and the way back."""

from typing import Any, cast

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from partners.models import User
from portal.kit.admin import Button, ReadPage, Reason, Table, mark, row_link
from portal.kit.errors import Refusal
from portal.kit.numbers import NONE, day, moment, money, whole
from predictions import publications
from predictions.admin import drift
from predictions.models import Pointer, Publication
from training.admin import drifts
from training.admin.words import told

GATES = {
    "rows": (gettext_lazy("Rows"), gettext_lazy("%(seen)s rows; an empty list is never shown.")),
    "numbers": (gettext_lazy("Numbers"), gettext_lazy("%(seen)s values are missing or not finite; none may be.")),
    "range": (gettext_lazy("Range"), gettext_lazy("%(seen)s chances lie outside 0 to 1; none may.")),
    "distribution": (
        gettext_lazy("Distribution"),
        gettext_lazy("%(seen)s different chances; a list in which all are equal ranks nobody."),
    ),
    "count": (
        gettext_lazy("Count"),
        gettext_lazy("%(seen)s customers; it must be at least half of the list shown before."),
    ),
}


@admin.register(Publication)
class PublicationAdmin(ReadPage):
    page_template = "admin/desk/publication.html"
    intro = gettext_lazy(
        "Lists made for partners. A partner sees the one marked published; a failed check changes nothing."
    )
    list_display = ("partner", "kind", "state_mark", "as_of", "version", "customers", "failed", "inputs")
    list_filter = ("state", "kind", ("partner", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("partner", "version__partner")
    list_per_page = 50
    show_full_result_count = False
    buttons = (
        Button(
            "roll_back",
            gettext_lazy("Roll back"),
            "predictions.change_publication",
            look="danger",
            form=Reason,
            consequence=gettext_lazy("The partner sees the list before this one again, within seconds."),
        ),
    )

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_mark(self, publication: Publication) -> SafeString:
        return mark(publication)

    @admin.display(description=gettext_lazy("customers"))
    def customers(self, publication: Publication) -> str:
        return whole(publication.counts.get("customers"))

    @admin.display(description=gettext_lazy("failed checks"))
    def failed(self, publication: Publication) -> str:
        return ", ".join(gate["name"] for gate in _gates(publication) if not gate["passed"]) or NONE

    @admin.display(description=gettext_lazy("inputs"))
    def inputs(self, publication: Publication) -> SafeString | str:
        return drift.look(publication)

    def offered(self, request: HttpRequest, row: Any) -> list[str]:
        """Only what is shown now, and has something before it, can be rolled back."""
        pointer = _pointer(row)
        return ["roll_back"] if pointer and pointer.publication_id == row.pk and pointer.previous_id else []

    def weigh(self, request: HttpRequest, button: Button, row: Any) -> dict[str, Any]:
        pointer = _pointer(row)
        before = pointer.previous if pointer else None
        if before is None:
            return {}
        said = _("Back to the list of %(day)s by %(model)s, with %(customers)s customers.")
        known = {"day": day(before.as_of), "model": before.version, "customers": whole(before.counts.get("customers"))}
        return {"replaces": said % known}

    def roll_back(self, request: HttpRequest, publication: Publication, *, reason: str) -> str:
        pointer = _pointer(publication)
        if pointer and pointer.publication_id != publication.pk:
            raise Refusal(
                _("%(publication)s is not what the partner sees now: open the one that is.")
                % {"publication": publication}
            )
        now = timezone.now()
        made = publications.rollback(publication.partner, publication.kind, by=cast(User, request.user), at=now)
        return _("%(partner)s sees the list of %(day)s again.") % {"partner": made.partner, "day": day(made.as_of)}

    def show(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        return {"facts": _facts(row), "gates": _gates(row), "basis": told(row.evidence.get("basis")), **_drift(row)}


def _pointer(publication: Publication) -> Pointer | None:
    rows = Pointer.objects.filter(partner=publication.partner, kind=publication.kind)
    return rows.select_related("previous__version__partner").first()


def _gates(publication: Publication) -> list[dict[str, Any]]:
    found = []
    for gate in publication.gates:
        name, sentence = GATES.get(gate["name"], (gate["name"], "%(seen)s"))
        said = str(sentence) % {"seen": whole(gate["seen"])}
        found.append({"name": str(name), "passed": gate["passed"], "sentence": said})
    return found


def _drift(publication: Publication) -> dict[str, Any]:
    """How far this list's inputs have moved since the model was trained; nothing for kinds that keep no record."""
    found = publication.evidence.get("drift")
    if not isinstance(found, dict) or not found:
        return {}
    own = found.get("against") != "network"
    against = (
        _("Compared with %(partner)s at training") % {"partner": publication.partner}
        if own
        else _("Compared with all partners at training: too few customers of this one were there")
    )
    looked = _("%(n)s of %(all)s customers looked at") % {"n": whole(found.get("n")), "all": whole(found.get("of"))}
    lines: list[list[Any]] = [
        [told(one), f"{one.get('psi', 0):.2f}", drifts.look(one.get("psi"), own=own)]
        for one in found.get("named") or []
        if isinstance(one, dict)
    ]
    more = (found.get("moved") or 0) - len(lines)
    if more > 0:
        lines.append([ngettext("%(count)s more moved", "%(count)s more moved", more) % {"count": more}, "", ""])
    none = _("None of %(features)s inputs has moved.") % {"features": whole(found.get("features"))}
    return {
        "drift": Table(
            _("Inputs since training") if own else _("Inputs beside those of all partners"),
            [_("Input"), _("Index"), _("How far")],
            lines,
            none,
        ),
        "drift_rule": f"{drifts.rule()} {against}. {looked}.",
    }


def _facts(publication: Publication) -> list[tuple[str, Any]]:
    counts, partner = publication.counts, publication.partner
    facts: list[tuple[str, Any]] = [
        (_("State"), mark(publication)),
        (_("Partner"), row_link(partner)),
        (_("Kind"), publication.get_kind_display()),
        (_("As of"), day(publication.as_of)),
        (_("Model"), row_link(publication.version)),
        (_("Run"), row_link(publication.run)),
        (_("Dataset"), row_link(publication.dataset)),
        (_("Made"), moment(publication.created_at)),
        (_("Published"), moment(publication.published_at)),
        (_("Customers"), whole(counts.get("customers"))),
    ]
    if "gone" in counts:
        facts.append((_("Already gone, not listed"), whole(counts["gone"])))
    if "high" in counts:
        bands = (whole(counts[name]) for name in ("high", "medium", "low"))
        facts.append((_("High, medium, low"), " · ".join(bands)))
    if "money" in counts:
        facts.append((_("Money at stake"), money(counts["money"], partner.currency)))
    return facts
