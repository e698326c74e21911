"""What the card of a recommender shows beyond any other's: its sources, repeats and new products apart, its chances."""

from typing import Any

from django.utils.translation import gettext as _

from portal.kit.admin import Table, badge
from portal.kit.numbers import NONE, percent, whole
from training.admin.words import MEASURES, family, figure, span, told
from training.models import Kind, ModelVersion

SHOWN = ("ndcg_10", "recall_10", "hit_rate_10", "mrr_10", "coverage_10", "novelty_10")


def tables(version: ModelVersion) -> list[Table]:
    """Nothing for kinds that recommend nothing."""
    if version.kind != Kind.RECOMMENDATION:
        return []
    return [sources(version), *apart(version), chances(version)]


def sources(version: ModelVersion) -> Table:
    """Every source: how much of the blend's movement is its, or why it takes no part."""
    rows = [one for one in _listed(version.card.get("sources_told")) if "source" in one]
    lines = [
        [
            family(str(one["source"])),
            badge(_("takes part"), look="good") if one.get("taken") else badge(_("left out")),
            percent(one["share"], 1) if _number(one.get("share")) else NONE,
            told(one.get("why")) or NONE,
        ]
        for one in rows
    ]
    heads = [_("Source"), _("Standing"), _("Share of what moves the blend"), _("Why left out")]
    return Table(_("Where offers come from"), heads, lines, _("This version kept no words about its sources."))


def apart(version: ModelVersion) -> list[Table]:
    """Lists of repeats and lists of new products, each beside the rivals, on what was bought of that kind."""
    found = []
    for kind, caption in (
        ("repeat", _("Only products bought before")),
        ("new", _("Only products never bought before")),
    ):
        measured = version.metrics.get(kind)
        measured = measured if isinstance(measured, dict) and measured.get("n") else {}
        names = [name for name in SHOWN if measured.get(name) is not None]
        rivals = [
            (name, measured[name]) for name in ("frequency", "popularity") if isinstance(measured.get(name), dict)
        ]
        lines = [
            [words, *(_spanned(name, one.get(name)) for name in names)]
            for words, one in ((_("This version"), measured), *((family(name), one) for name, one in rivals))
        ]
        count = _("%(caption)s: %(n)s customers") % {"caption": caption, "n": whole(measured.get("n", 0))}
        none = _("Nobody judged bought such a product.")
        found.append(
            Table(count, [_("List"), *(str(MEASURES[name]) for name in names)], lines if measured else [], none)
        )
    return found


def chances(version: ModelVersion) -> Table:
    """What the chances of the offers shown added up to, and what was bought of them."""
    trust = version.metrics.get("trust")
    rows = [
        (words, trust[kind])
        for kind, words in (("repeat", _("Repeats")), ("new", _("New products")))
        if isinstance(trust, dict) and isinstance(trust.get(kind), dict)
    ]
    lines = [
        [
            words,
            whole(one.get("n")),
            whole(one.get("said")),
            whole(one.get("was")),
            f"{one['ratio']:.2f}×" if _number(one.get("ratio")) else _("too few to tell"),
        ]
        for words, one in rows
    ]
    heads = [_("Offers"), _("Shown"), _("Purchases it said"), _("Purchases there were"), _("Said against was")]
    return Table(_("How far its chances held"), heads, lines, _("This version kept no figures of its chances."))


def _spanned(name: str, value: Any) -> str:
    said = figure(name, value)
    if isinstance(value, dict) and value.get("low") is not None:
        said += f" ({span(name, value['low'], value.get('high'))})"
    return said


def _listed(found: Any) -> list[dict[str, Any]]:
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _number(found: Any) -> bool:
    return isinstance(found, (int, float)) and not isinstance(found, bool)
