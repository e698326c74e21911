"""Model versions: the card, the checks, and the pointer that decides which one answers."""

from collections.abc import Iterable
from typing import Any, cast

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from partners.models import DatasetVersion, User
from portal.kit.admin import Button, ReadPage, Reason, Table, badge, mark, row_link
from portal.kit.admin.shows import size
from portal.kit.errors import Refusal
from portal.kit.numbers import NONE, day, moment, whole
from training import erasure, gates, registry
from training.admin import cards, drifts, moneys, offer_cards, plots
from training.admin.words import family, told
from training.models import ModelVersion, TrainingRun

MOVE = "training.change_champion"


class ScopeFilter(admin.SimpleListFilter):
    title = gettext_lazy("scope")
    parameter_name = "scope"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        rows = ModelVersion.objects.filter(partner__isnull=False).values_list("partner__pk", "partner__name")
        named: list[tuple[str, Any]] = [(str(pk), name) for pk, name in rows.order_by("partner__name").distinct()]
        return [("network", _("Network")), *named]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "network":
            return queryset.filter(partner=None)
        return queryset.filter(partner_id=self.value()) if (self.value() or "").isdecimal() else queryset


@admin.register(ModelVersion)
class ModelVersionAdmin(ReadPage):
    page_template = "admin/desk/version.html"
    intro = gettext_lazy(
        "The champion of a kind and scope answers for it; a partner without its own is served by the network's."
    )
    list_display = ("__str__", "scope", "standing", "graded", "judged", "rival", "family_words", "erased", "created_at")
    list_filter = ("kind", "alias", ScopeFilter)
    list_select_related = ("partner", "recipe")
    list_per_page = 50
    buttons = (
        Button(
            "promote",
            gettext_lazy("Promote"),
            MOVE,
            look="primary",
            form=Reason,
            consequence=gettext_lazy(
                "This version answers from the next scoring on. Lists already published stay until then."
                " Rolling back takes seconds."
            ),
        ),
        Button(
            "roll_back",
            gettext_lazy("Roll back"),
            MOVE,
            look="danger",
            form=Reason,
            consequence=gettext_lazy("The champion before this one answers again from the next scoring on."),
        ),
    )

    @admin.display(description=gettext_lazy("scope"), ordering="partner")
    def scope(self, version: ModelVersion) -> str:
        return str(version.partner) if version.partner else _("Network")

    @admin.display(description=gettext_lazy("standing"), ordering="alias")
    def standing(self, version: ModelVersion) -> SafeString:
        return mark(version, "alias")

    @admin.display(description=gettext_lazy("judged"))
    def judged(self, version: ModelVersion) -> str:
        return cards.main_figure(version)

    @admin.display(description=gettext_lazy("naive rival"))
    def rival(self, version: ModelVersion) -> str:
        return cards.rival_figure(version)

    @admin.display(description=gettext_lazy("family"), ordering="family")
    def family_words(self, version: ModelVersion) -> str:
        return family(version.family)

    @admin.display(description=gettext_lazy("erased since"), ordering="erasure_at")
    def erased(self, version: ModelVersion) -> SafeString | str:
        return badge(_("train again"), look="bad") if version.erasure_at else NONE

    def offered(self, request: HttpRequest, row: Any) -> list[str]:
        return ["roll_back"] if row.alias == ModelVersion.Alias.CHAMPION else ["promote"]

    def weigh(self, request: HttpRequest, button: Button, row: Any) -> dict[str, Any]:
        if button.do == "promote":
            present = gates.present_champion(row.kind, row.partner)
            said = _("It replaces %(version)s.") if present else _("There is no champion of this scope yet.")
            return {"gates": gates.checklist(row), "replaces": said % {"version": present}}
        before = registry.before(row)
        return {"replaces": _("Back to %(version)s.") % {"version": before} if before else ""}

    def promote(self, request: HttpRequest, version: ModelVersion, *, reason: str) -> str:
        registry.promote(version, by=cast(User, request.user), reason=reason)
        return _("%(version)s is the champion now.") % {"version": version}

    def roll_back(self, request: HttpRequest, version: ModelVersion, *, reason: str) -> str:
        if gates.present_champion(version.kind, version.partner) not in (version, None):  # a stale tab
            raise Refusal(_("%(version)s is not the champion now: open the one that is.") % {"version": version})
        made = registry.rollback(version.kind, version.partner, by=cast(User, request.user), reason=reason)
        return _("%(version)s is the champion again.") % {"version": made.version}

    def show(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        datasets = DatasetVersion.objects.filter(pk__in=row.datasets or []).select_related("partner")
        moved = drifts.readings([row.pk]).get(row.pk, [])
        worst = drifts.worst(moved)
        calls = moneys.calls(row, request.GET, datasets)
        return {
            "facts": _facts(row, datasets),
            "sentences": cards.sentences(row),
            "warning": _erased(row),
            "stamp": cards.stamp(row, drift=worst),
            "grade": cards.grade(row, drift=worst),
            "gates": gates.checklist(row),
            "tables": [cards.metrics(row), *offer_cards.tables(row), cards.bakeoff(row)],
            "calibration": plots.calibration(row),
            "calls": calls,
            "money": plots.money(calls) if calls else None,
            "slices": cards.slices(row),
            "held": cards.held(row, rights=request.user.has_perm("training.change_recipe")),
            "held_rule": told(row.card.get("held_back_rule")),
            "drift": drifts.table(moved),
            "drift_rule": drifts.rule(),
            "columns": cards.columns(row),
            "history": _history(row),
        }

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The list with what the lists shown now tell of drift, read once for all its rows."""
        found = super().get_changelist_instance(request)
        rows = list(found.result_list)
        moved = drifts.readings([row.pk for row in rows])
        for row in rows:
            row.drift_now = drifts.worst(moved.get(row.pk, []))
        found.result_list = rows
        return found

    @admin.display(description=gettext_lazy("grade"))
    def graded(self, version: ModelVersion) -> SafeString | str:
        return cards.stamp(version, drift=getattr(version, "drift_now", None))


def _erased(version: ModelVersion) -> str:
    """Empty for a version that saw nobody who was erased since."""
    if version.erasure_at is None:
        return ""
    count = max(1, erasure.persons(version))
    words = ngettext(
        "This version learned from %(count)s person erased since %(when)s: train again. It names nobody, but what it"
        " learned of them stays in it.",
        "This version learned from up to %(count)s persons erased since %(when)s: train again. It names nobody, but"
        " what it learned of them stays in it.",
        count,
    )
    return words % {"count": count, "when": moment(version.erasure_at)}


def _facts(version: ModelVersion, datasets: Iterable[DatasetVersion]) -> list[tuple[str, Any]]:
    run = TrainingRun.objects.filter(version=version).select_related("recipe", "requested_by").first()
    card = version.card
    dates = card.get("dates") or []
    return [
        (_("Standing"), mark(version, "alias")),
        (_("Kind"), version.get_kind_display()),
        (_("Scope"), version.partner or _("Network")),
        (_("Outcome"), version.outcome or "–"),
        (_("Horizon"), _("%(days)s days") % {"days": version.horizon}),
        (_("Gap"), _("%(days)s days") % {"days": card["gap"]} if card.get("gap") else NONE),
        (_("Family"), family(version.family)),
        (_("As of"), day(version.as_of)),
        (_("Training rows"), whole(version.rows)),
        (_("Past dates it learned from"), _dates(dates)),
        (_("Seed"), card.get("seed", NONE)),
        (_("Time budget"), _("%(seconds)s s") % {"seconds": f"{card['budget']:g}"} if card.get("budget") else NONE),
        (_("Data from"), ", ".join(str(one) for one in datasets) or _("Not recorded")),
        (_("Computed on"), cards.device(card)),
        (_("Training took"), _("%(seconds)s s") % {"seconds": card["seconds"]} if "seconds" in card else "–"),
        (_("Recipe"), row_link(version.recipe)),
        (_("Run"), row_link(run)),
        (_("Made"), moment(version.created_at)),
        (_("Size"), size(version.size)),
        (_("SHA-256"), version.digest),
    ]


def _dates(days: Any) -> str:
    """“12, 2024-01-01 to 2024-12-01”."""
    if not isinstance(days, list) or not days:
        return NONE
    return _("%(count)s, %(first)s to %(last)s") % {"count": len(days), "first": min(days), "last": max(days)}


def _history(version: ModelVersion) -> Table:
    rows = version.promotions.select_related("by", "previous__partner", "version__partner")
    lines = [
        [one.get_deed_display(), moment(one.at), one.by or _("Schedule"), row_link(one.previous), one.reason or "–"]
        for one in rows
    ]
    heads = [_("What"), _("When"), _("By"), _("Before it"), _("Reason")]
    return Table(_("When it began to answer"), heads, lines, _("It has never answered."))
