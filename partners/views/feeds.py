"""Pages of scheduled pulls, for owners: where Fairway looks by the clock, what it found, and what is to be done."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from partners import feed_board as board
from partners import feeds as verbs
from partners.access import PartnerRequest, Right, door
from partners.feed_forms import FORMS, FeedForm
from partners.models import Feed, FeedFile, Partner, User
from portal.kit.errors import Refusal

PER_PAGE = 25


@door(to=Right.MANAGE)
@require_safe
def feed_list(request: PartnerRequest, partner: Partner) -> HttpResponse:
    found = Feed.objects.filter(partner=partner).select_related("last_run").defer("last_run__log")
    context = {"place": "uploads", "rows": [board.row(feed) for feed in found], "most": verbs.MOST}
    return render(request, "feeds/list.html", context)


@sensitive_post_parameters("secret")
@sensitive_variables("form")
@door(to=Right.MANAGE)
def add(request: PartnerRequest, partner: Partner) -> HttpResponse:
    way = request.GET.get("from", Feed.Way.SFTP)
    way = way if way in FORMS else Feed.Way.SFTP
    form = FORMS[way](request.POST or None, partner=partner)
    if request.method == "POST" and form.is_valid():
        made = form.fill(Feed(partner=partner, way=way, place=form.place))
        try:
            made = verbs.create(made, by=_person(request), at=timezone.now(), secret=form.credential)
            return redirect("feed", partner.slug, made.pk)
        except Refusal as refusal:
            form.refuse(refusal)
    return _form(request, form, way=way)


@sensitive_post_parameters("secret")
@sensitive_variables("form")
@door(to=Right.MANAGE)
def change(request: PartnerRequest, partner: Partner, pk: int) -> HttpResponse:
    one = get_object_or_404(Feed, partner=partner, pk=pk)
    form = FORMS[one.way](request.POST or None, partner=partner, feed=one)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.change(form.fill(one), at=timezone.now(), place=form.place, secret=form.credential)
            messages.success(request, _("“%(name)s” is changed. Test the connection to be sure.") % {"name": one.name})
            return redirect("feed", partner.slug, pk)
        except Refusal as refusal:
            form.refuse(refusal)
    return _form(request, form, way=one.way, feed=one)


def _form(request: PartnerRequest, form: FeedForm, *, way: str, feed: Feed | None = None) -> HttpResponse:
    split = len(form.WHERE)
    fields = list(form)
    context = {
        "place": "uploads",
        "form": form,
        "feed": feed,
        "way": way,
        "ways": [] if feed else [{"value": one.value, "label": one.label} for one in (Feed.Way.SFTP, Feed.Way.S3)],
        "where_fields": fields[:split],
        "what_fields": fields[split:],
    }
    return render(request, "feeds/form.html", context, status=422 if form.errors else 200)


@door(to=Right.MANAGE)
@require_safe
def feed(request: PartnerRequest, partner: Partner, pk: int) -> HttpResponse:
    one: Feed = get_object_or_404(Feed.objects.select_related("last_run"), partner=partner, pk=pk)
    files = FeedFile.objects.filter(feed=one).select_related("upload")
    page = Paginator(files, PER_PAGE).get_page(request.GET.get("page"))
    context = {"place": "uploads", "page": page, **board.page(one, at=timezone.now())}
    return render(request, "feeds/feed.html", context)


@door(to=Right.MANAGE)
@require_safe
def progress(request: PartnerRequest, partner: Partner, pk: int) -> HttpResponse:
    """The moving part of the page while the folder is looked into."""
    one = get_object_or_404(Feed, partner=partner, pk=pk)
    context = {"feed": one, "run": one.runs.defer("log").first(), "partner": partner}
    return render(request, "feeds/progress.html", context)


@require_POST
@door(to=Right.MANAGE)
def test(request: PartnerRequest, partner: Partner, pk: int) -> HttpResponse:
    return _do(request, partner, pk, lambda one: verbs.request_test(one, by=_person(request), at=timezone.now()))


@require_POST
@door(to=Right.MANAGE)
def run_now(request: PartnerRequest, partner: Partner, pk: int) -> HttpResponse:
    return _do(request, partner, pk, lambda one: verbs.run_now(one, by=_person(request), at=timezone.now()))


@require_POST
@door(to=Right.MANAGE)
def trust(request: PartnerRequest, partner: Partner, pk: int) -> HttpResponse:
    """Confirm the key the server showed; then see whether it lets us in."""

    def confirm(one: Feed) -> None:
        verbs.trust(one, request.POST.get("fingerprint", ""))
        verbs.request_test(one, by=_person(request), at=timezone.now())

    return _do(request, partner, pk, confirm)


@require_POST
@door(to=Right.MANAGE)
def pause(request: PartnerRequest, partner: Partner, pk: int) -> HttpResponse:
    return _do(request, partner, pk, verbs.pause, said=_("Paused: nothing is fetched until you resume it."))


@require_POST
@door(to=Right.MANAGE)
def resume(request: PartnerRequest, partner: Partner, pk: int) -> HttpResponse:
    return _do(request, partner, pk, lambda one: verbs.resume(one, at=timezone.now()), said=_("Resumed."))


@require_POST
@door(to=Right.MANAGE)
def delete(request: PartnerRequest, partner: Partner, pk: int) -> HttpResponse:
    one = get_object_or_404(Feed, partner=partner, pk=pk)
    name = one.name
    try:
        verbs.remove(one)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("feed", partner.slug, pk)
    messages.success(request, _("“%(name)s” is deleted; the files it fetched stay.") % {"name": name})
    return redirect("feeds", partner.slug)


def _do(
    request: PartnerRequest, partner: Partner, pk: int, verb: Callable[[Feed], Any], *, said: str = ""
) -> HttpResponse:
    one = get_object_or_404(Feed, partner=partner, pk=pk)
    try:
        verb(one)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        if said:
            messages.success(request, said)
    return redirect("feed", partner.slug, pk)


def _person(request: PartnerRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
