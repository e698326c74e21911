"""Scoring: ask for it with `request`; a worker's child runs `work`, partner by partner, each published atomically."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django_scopes import scope

from partners.models import Partner, User
from portal.kit import runs
from portal.kit.errors import Refusal
from predictions import offer_rules, offering, publications
from predictions.models import Publication, ScoringRun
from training import registry

Report = Callable[..., None]
TOP = 20


def request(kind: str, *, by: User | None, partner: Partner | None = None, **more: Any) -> ScoringRun:
    """Queue a scoring run and wake a worker once committed. Raises Refusal when nothing can be scored."""
    run = prepare(kind, by=by, partner=partner, **more)
    runs.enqueue(run)
    return run


def prepare(kind: str, *, by: User | None, partner: Partner | None = None, **more: Any) -> ScoringRun:
    run = ScoringRun(kind=kind, partner=partner, requested_by=by, **more)
    if not _subjects(run):
        raise Refusal(
            _("%(partner)s has no data in use yet: upload a file and take it into use first.") % {"partner": partner}
            if partner
            else _("No partner has data in use yet: upload a file and take it into use first.")
        )
    if run.as_of and run.as_of > timezone.localdate():
        raise Refusal(_("%(day)s lies in the future: choose a day up to today.") % {"day": run.as_of})
    if not any(registry.champion(kind, one) for one in _subjects(run)):
        raise Refusal(_("There is no champion for %(kind)s yet: train a model and promote it first.") % {"kind": kind})
    run.save()
    return run


def work(run: ScoringRun, report: Report) -> dict[str, Any]:
    """Score every partner of the run. One partner's refusal is told and does not stop the others."""
    subjects = _subjects(run)
    done: list[dict[str, Any]] = []
    refused: list[str] = []
    for number, partner in enumerate(subjects):
        report(stage=_("Scoring %(partner)s") % {"partner": partner}, progress=number / len(subjects))
        with scope(partner=partner):
            try:
                done.append(_score(run, partner))
                report(log=_("%(partner)s: %(rows)s rows") % {"partner": partner, "rows": done[-1]["rows"]})
            except Refusal as refusal:
                refused.append(f"{partner}: {refusal.sentence}")
                report(log=refused[-1])
    if not done:
        raise Refusal(" ".join(refused))
    words = _("%(done)s of %(all)s partners scored.") % {"done": len(done), "all": len(subjects)}
    return {"message": " ".join([words, *refused]), "partners": done, "refused": refused}


def _subjects(run: ScoringRun) -> list[Partner]:
    rows = Partner.objects.filter(is_active=True, dataset__isnull=False).select_related("dataset").order_by("slug")
    return list(rows.filter(pk=run.partner_id) if run.partner_id else rows)


def _score(run: ScoringRun, partner: Partner) -> dict[str, Any]:
    version = registry.champion(run.kind, partner)
    if version is None:
        raise Refusal(
            _("There is no champion for %(kind)s yet: train a model and promote it first.") % {"kind": run.kind}
        )
    publication = Publication.objects.filter(run=run).exclude(state=Publication.State.STAGED).first()
    if publication is None:
        as_of = run.as_of or data_date(partner, today=timezone.localdate())
        publication = _staged(run, partner, version, as_of=as_of)
        if run.publish:
            publications.publish(publication, run=run, at=timezone.now())
    if publication.state == Publication.State.REFUSED:
        failed = ", ".join(f"{gate['name']} ({gate['seen']})" for gate in publication.gates if not gate["passed"])
        raise Refusal(_("not published, the list shown stays: these checks failed: %(gates)s.") % {"gates": failed})
    return {
        "partner": partner.slug,
        "publication": publication.pk,
        "as_of": publication.as_of.isoformat(),
        "model": str(version),
        "state": publication.state,
        **publication.counts,
    }


def _staged(run: ScoringRun, partner: Partner, version: registry.ModelVersion, *, as_of: date) -> Publication:
    if run.kind != registry.Kind.RECOMMENDATION:
        table = registry.predict(version, partner, as_of=as_of, top=TOP)
        return publications.stage(run, partner, version, table, as_of=as_of)
    publication = publications.begun(run, partner, version, as_of=as_of)
    written = publication.folder / f"making-{run.fence}"
    rules = offer_rules.rules_for(partner)
    evidence = registry.offer(version, partner, as_of=as_of, top=TOP, rules=rules, out=written)
    offering.stage(run, publication, written, {**evidence, "rules": offer_rules.mark(rules)})
    return publication


def data_date(partner: Partner, *, today: date) -> date:
    """The day after the partner's newest fact: silence after the last upload says nothing about its customers."""
    newest = partner.dataset.last_on if partner.dataset else None
    return min(today, newest + timedelta(days=1)) if newest else today
