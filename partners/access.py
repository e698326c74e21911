"""THE door: who may enter which partner, to do what. Strangers get 404; insiders without the right get 403."""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any, Protocol

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django_scopes import scope

from partners.models import Membership, Partner
from partners.models.member import Role


class Right(StrEnum):
    SEE = "see"  # lists, customers, scores
    ACT = "act"  # record actions and outcomes
    UPLOAD = "upload"  # send, commit and undo files
    EXPORT = "export"  # take lists out
    MANAGE = "manage"  # members, invitations, API keys, settings
    PERSONAL = "personal"  # names and contact data of customers; a right of its own, not of a role


ROLE_RIGHTS: dict[str, frozenset[Right]] = {
    Role.VIEWER: frozenset({Right.SEE}),
    Role.MANAGER: frozenset({Right.SEE, Right.ACT, Right.UPLOAD, Right.EXPORT}),
    Role.OWNER: frozenset({Right.SEE, Right.ACT, Right.UPLOAD, Right.EXPORT, Right.MANAGE}),
}


class Standing(Protocol):
    """A membership or an API key: anything with a role and the personal-data right."""

    role: str
    sees_personal_data: bool


def rights_of(standing: Standing) -> frozenset[Right]:
    rights = ROLE_RIGHTS.get(standing.role, frozenset())
    return rights | {Right.PERSONAL} if standing.sees_personal_data else rights


def require(standing: Standing, right: Right) -> None:
    if right not in rights_of(standing):
        raise PermissionDenied(
            _("Your role at this partner does not include this. Ask an owner of the partner for it.")
        )


def membership_for(user: Any, slug: str, *, to: Right) -> Membership:
    """The standing membership of this user at this partner with this right. Raises Http404 or PermissionDenied."""
    if not user.is_authenticated:
        raise Http404
    found = (
        Membership.objects.standing().select_related("partner__dataset").filter(user=user, partner__slug=slug).first()
    )
    if found is None:
        raise Http404
    require(found, to)
    return found


def partner_for(user: Any, slug: str, *, to: Right) -> Partner:
    """The partner, if this user may do `to` there. Raises Http404 for strangers, PermissionDenied for insiders."""
    return membership_for(user, slug, to=to).partner


class PartnerRequest(HttpRequest):
    """A request that came through the door."""

    partner: Partner
    membership: Membership
    rights: frozenset[Right]


View = Callable[..., HttpResponseBase]


def door(*, to: Right) -> Callable[[View], View]:
    """Guard a page at `/p/<slug>/…`: the view receives the partner and runs inside its scope."""

    def guard(view: View) -> View:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, slug: str, *args: Any, **named: Any) -> HttpResponseBase:
            membership = membership_for(request.user, slug, to=to)
            request.membership = membership  # type: ignore[attr-defined]
            request.partner = membership.partner  # type: ignore[attr-defined]
            request.rights = rights_of(membership)  # type: ignore[attr-defined]
            with scope(partner=membership.partner):
                return view(request, membership.partner, *args, **named)

        guarded.right = to  # type: ignore[attr-defined]
        return guarded

    return guard
