"""Programs at the door: API keys in the Authorization header, one partner each, rights by role."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from partners.access import Right, rights_of
from partners.models import ApiKey, User
from partners.models.member import token_digest
from portal.kit.errors import Refusal


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer fw_…`. The key's partner is the tenant; `request.auth` is the key."""

    def authenticate(self, request: Request) -> tuple[None, ApiKey] | None:
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        if len(words) != 2:
            raise AuthenticationFailed(_("Write the header as: Authorization: Bearer fw_…"))
        now = timezone.now()
        digest = token_digest(words[1].decode("latin-1"))
        key = ApiKey.objects.standing(at=now).select_related("partner__dataset").filter(digest=digest).first()
        if key is None:
            raise AuthenticationFailed(_("This key is unknown, expired or withdrawn: ask an owner for a new one."))
        if key.last_used_at is None or (now - key.last_used_at).total_seconds() > 60:
            ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
        return None, key

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class KeyOpensPartner(BasePermission):
    """Each view names the right a method needs: `rights = {"GET": Right.SEE}`. None named, none given."""

    def has_permission(self, request: Request, view: Any) -> bool:
        key = request.auth
        needed: Right | None = getattr(view, "rights", {}).get(request.method)
        return isinstance(key, ApiKey) and needed is not None and needed in rights_of(key)


class KeyThrottle(SimpleRateThrottle):
    scope = "key"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        ident: Any = request.auth.pk if isinstance(request.auth, ApiKey) else self.get_ident(request)
        return f"throttle-{self.scope}-{ident}"


def issue(key: ApiKey, *, by: User | None, at: datetime) -> tuple[ApiKey, str]:
    """Save a new key and return it with its secret, which nobody can read again. Raises Refusal for a taken name."""
    if ApiKey.objects.standing(at=at).filter(partner=key.partner, name=key.name).exists():
        raise Refusal(_("There is a key called “%(name)s” already: choose another name.") % {"name": key.name})
    key.created_by = by
    secret = key.new_secret()
    key.save()
    return key, secret


def revoke(key: ApiKey, *, at: datetime) -> bool:
    """Withdraw a key: it is denied from the next request on. False when it was withdrawn before."""
    return bool(ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=at))
