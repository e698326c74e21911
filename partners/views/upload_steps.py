"""The stations of an upload after it was chosen: read, columns, check, review, done; and what is done at each."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from partners import memories, upload_fixes, uploads
from partners import upload_board as board
from partners.access import PartnerRequest, Right, door
from partners.intake.source import Wishes
from partners.models import Partner, SourceMemory, Upload, User
from partners.upload_board import columns as matching
from partners.upload_board import done, problems, reading, review
from partners.upload_forms import Reading, column_wishes, twice, unknown, word_wishes
from portal.kit.errors import Refusal


@door(to=Right.SEE)
@require_safe
def upload(request: PartnerRequest, partner: Partner, pk: int) -> HttpResponse:
    """One upload where it stands: under way, in need of an answer, to be checked or reviewed, in use or undone."""
    return _page(request, _found(partner, pk))


@door(to=Right.SEE)
@require_safe
def progress(request: PartnerRequest, partner: Partner, pk: int) -> HttpResponse:
    """The moving part of the page while a run is under way; once the first rows are known, the page shows them."""
    one = get_object_or_404(Upload, partner=partner, pk=pk)
    known = "first_rows" in one.report and "rows" not in request.GET
    return render(request, "uploads/progress.html", {"upload": one, "run": board.latest_run(one), "known": known})


@door(to=Right.SEE)
@require_safe
def check(request: PartnerRequest, partner: Partner, pk: int) -> HttpResponse:
    """The problems of a checked file, also where only warnings are left."""
    one = _found(partner, pk)
    return _page(request, one, "check" if one.report.get("lines") else "")


@door(to=Right.SEE)
@require_safe
def to_review(request: PartnerRequest, partner: Partner, pk: int) -> HttpResponse:
    """What would change, also without the rows that have errors when `skip_bad` asks for that."""
    one = _found(partner, pk)
    ready = one.report.get("good") and ("skip_bad" in request.GET or not board.errors(one))
    return _page(request, one, "review" if ready else "")


@require_POST
@door(to=Right.UPLOAD)
def fix(request: PartnerRequest, partner: Partner, pk: int) -> HttpResponse:
    """Apply what was decided about groups of problems, or take such a decision back, and check again."""
    one, said = _found(partner, pk), _said(request)
    try:
        _refuse_stale(one, said.get("of", ""))
        fixes = upload_fixes.taken_back(one, said["back"]) if "back" in said else upload_fixes.decided(one, said)
        _check_again(request, one, fixes=fixes)
    except Refusal as refusal:
        return _page(request, one, "check", refused=refusal.sentence)
    return redirect("upload", partner.slug, pk)


@door(to=Right.UPLOAD)
def read(request: PartnerRequest, partner: Partner, pk: int) -> HttpResponse:
    """How the file was read, each finding correctable; the questions about dates stand first."""
    one, personal = _found(partner, pk), Right.PERSONAL in request.rights
    if board.closed(one):
        return redirect("upload", partner.slug, pk)
    form = Reading(one, request.POST or None, dates=reading.dates(one, personal=personal))
    if request.method == "POST" and form.is_valid() and _read_again(request, one, form):
        return redirect("upload", partner.slug, pk)
    context = {"form": form, **reading.context(one, personal=personal, form=form)}
    return _render(request, one, ("reading", "read"), context, status=422 if form.errors else 200)


def _read_again(request: PartnerRequest, one: Upload, form: Reading) -> bool:
    """Queue a check with the corrections; a refusal goes onto the form."""
    try:
        names = [] if form.moved() else uploads.hand_made(one)
        _check_again(request, one, wishes=form.wishes(), columns=names, complete=form.said_complete())
    except Refusal as refusal:
        form.add_error(None, refusal.sentence)
    return not form.errors


@door(to=Right.UPLOAD)
def columns(request: PartnerRequest, partner: Partner, pk: int) -> HttpResponse:
    """Which column is which, and what the words in it mean."""
    one, personal = _found(partner, pk), Right.PERSONAL in request.rights
    if board.closed(one) or not one.mapping.get("matches"):
        return redirect("upload", partner.slug, pk)
    refused = ""
    if request.method == "POST":
        try:
            _match_again(request, one, _said(request))
            return redirect("upload", partner.slug, pk)
        except Refusal as refusal:
            refused = refusal.sentence
    context = {"refused": refused, **matching.context(one, _said(request), personal=personal)}
    return _render(request, one, ("columns", "columns"), context, status=422 if refused else 200)


def _match_again(request: PartnerRequest, one: Upload, said: dict[str, str]) -> None:
    chosen = {name: value for name, value in said.items() if name[:1] == "c" and name[1:].isdecimal()}
    row_number = said.get("row_number", "")
    if bad := unknown(one, chosen, row_number):
        raise Refusal(_("There is no such column or meaning: %(names)s.") % {"names": ", ".join(bad[:5])})
    if doubled := twice(chosen, row_number):
        raise Refusal(_("Two columns are given the same meaning: %(fields)s.") % {"fields": ", ".join(doubled)})
    wishes = replace(uploads.wishes_of(one), values=word_wishes(one, said))
    _check_again(request, one, wishes=wishes, columns=column_wishes(one, chosen, row_number))


@require_POST
@door(to=Right.UPLOAD)
def forget(request: PartnerRequest, partner: Partner, pk: int) -> HttpResponse:
    """Forget what was remembered about this header, and read the file as if it were the first of its kind."""
    one = _found(partner, pk)
    known = one.reading.pop("remembered", None) or {}
    try:
        with transaction.atomic():
            one.save(update_fields=["reading"])
            for memory in SourceMemory.objects.filter(partner=partner, pk=known.get("memory", 0)):
                memories.forget(memory, by=_person(request))
            _check_again(request, one, wishes=Wishes(), columns=[])
    except Refusal as refusal:
        return _page(request, one, refused=refusal.sentence)
    messages.success(request, _("Forgotten. The file is read as if it were the first of its kind."))
    return redirect("upload", partner.slug, pk)


@require_POST
@door(to=Right.UPLOAD)
def commit(request: PartnerRequest, partner: Partner, pk: int) -> HttpResponse:
    skip_bad = bool(request.POST.get("skip_bad"))
    return _ask(request, _found(partner, pk), uploads.request_commit, "review" if skip_bad else "", skip_bad=skip_bad)


@require_POST
@door(to=Right.UPLOAD)
def withdraw(request: PartnerRequest, partner: Partner, pk: int) -> HttpResponse:
    return _ask(request, _found(partner, pk), uploads.request_withdraw)


@require_POST
@door(to=Right.UPLOAD)
def discard(request: PartnerRequest, partner: Partner, pk: int) -> HttpResponse:
    one = _found(partner, pk)
    try:
        uploads.discard(one)
    except Refusal as refusal:
        return _page(request, one, refused=refusal.sentence)
    messages.success(request, _("%(name)s is removed; it was never in use.") % {"name": one.filename})
    return redirect("uploads", partner.slug)


def _ask(
    request: PartnerRequest, one: Upload, verb: Callable[..., object], station: str = "", **more: Any
) -> HttpResponse:
    """Ask for a deed; a refusal, or a number that is none, is said on the page it was asked on."""
    try:
        confirm = _number(request.POST.get("confirm", ""))
        verb(one, by=_person(request), at=_today(one.partner), confirm=confirm, **more)
    except Refusal as refusal:
        return _page(request, one, station, refused=refusal.sentence)
    return redirect("upload", one.partner.slug, one.pk)


def _number(typed: str) -> int | None:
    """The number somebody typed to confirm, with or without separators of thousands; None for nothing."""
    bare = "".join(sign for sign in typed if sign not in " ,.'’\u00a0\u202f")
    if not bare:
        return None
    if not bare.isdecimal() or len(bare) > 12:
        raise Refusal(_("“%(typed)s” is not a number: type the count as it is written above.") % {"typed": typed[:40]})
    return int(bare)


def _check_again(request: PartnerRequest, one: Upload, **more: Any) -> None:
    """Queue a check that keeps what was wished and matched by hand, apart from what is given here."""
    if "fixes" in more:
        more["wishes"] = replace(uploads.wishes_of(one), fixes=more.pop("fixes"))
    more.setdefault("columns", uploads.hand_made(one))
    uploads.request_check(one, by=_person(request), at=_today(one.partner), **more)


def _refuse_stale(one: Upload, of: str) -> None:
    """A form made from an older check speaks of groups that may be others by now."""
    if of != board.stamp(one):
        raise Refusal(_("The file was checked again since this page was made: decide from what it shows now."))


def _page(request: PartnerRequest, one: Upload, station: str = "", *, refused: str = "") -> HttpResponse:
    """The page of a station, or of where the upload stands; 422 with the sentence when something was refused."""
    run, personal = board.latest_run(one), Right.PERSONAL in request.rights
    busy = run is not None and not run.ended
    station = "done" if board.closed(one) else station or board.station(one)
    context: dict[str, Any] = {"run": run, "refused": refused}
    if busy:
        context |= reading.context(one, personal=personal)
    elif station == "done":
        context |= done.context(one, run, personal=personal, today=_today(one.partner))
    elif station == "review":
        context |= review.context(one, personal=personal) | {"skip_bad": board.errors(one)}
    elif station == "check":
        context |= problems.context(one, personal=personal, said=_said(request) if refused else None)
    else:
        context |= reading.context(one, personal=personal) | {"hopeless": board.hopeless(one)}
    if station in ("check", "review") and not busy:
        context["broken"] = board.broken(run)
    page = "working" if busy else station if station in ("done", "review", "check") else "stuck"
    return _render(request, one, (page, station), context, status=422 if refused else 200)


def _render(
    request: PartnerRequest, one: Upload, where: tuple[str, str], context: dict[str, Any], *, status: int
) -> HttpResponse:
    """A page (the template) at a station (what the row of steps marks)."""
    page, station = where
    personal = Right.PERSONAL in request.rights
    shared = {
        "place": "uploads",
        "upload": one,
        "personal": personal,
        "steps": board.steps(one, station, correcting=Right.UPLOAD in request.rights),
        "look": board.LOOKS[Upload.State(one.state)],
        "refusal": board.refusal(one, personal=personal),
    }
    return render(request, f"uploads/{page}.html", {**shared, **context}, status=status)


def _found(partner: Partner, pk: int) -> Upload:
    found: Upload = get_object_or_404(Upload.objects.select_related("created_by"), partner=partner, pk=pk)
    found.partner = partner
    return found


def _said(request: PartnerRequest) -> dict[str, str]:
    """What a form says, without the character no database takes."""
    return {name: str(value).replace("\x00", "") for name, value in request.POST.items()}


def _person(request: PartnerRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _today(partner: Partner) -> Any:
    return partner.clock(timezone.now()).date()
