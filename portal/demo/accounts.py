"""The demo's partner rows and the people who can sign in. Passwords are printed, documented and worthless elsewhere."""

import shutil
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from partners.models import Membership, Partner, User
from partners.models.member import Role
from portal.demo import partners as demo
from portal.kit.errors import Refusal
from predictions.models import Pointer, Publication

PASSWORD = "fairway-demo"  # noqa: S105 - meant to be known
VENDOR_LOGIN = "admin@northline.example"


@dataclass(frozen=True)
class Login:
    email: str
    name: str
    role: str
    slug: str = ""
    language: str = "en"
    personal: bool = False


LOGINS = (
    Login(VENDOR_LOGIN, "Nora Lind", "vendor"),
    Login("olivia@harbour.example", "Olivia Marsh", Role.OWNER, "harbour", personal=True),
    Login("marcus@harbour.example", "Marcus Bell", Role.MANAGER, "harbour", personal=True),
    Login("vera@harbour.example", "Vera Cole", Role.VIEWER, "harbour"),
    Login("chen@huaxin.example", "陈思远", Role.OWNER, "huaxin", "zh-hans", personal=True),
    Login("wang@huaxin.example", "王雨桐", Role.MANAGER, "huaxin", "zh-hans", personal=True),
    Login("liu@huaxin.example", "刘洋", Role.VIEWER, "huaxin", "zh-hans"),
)


def allowed() -> None:
    """Accounts with known passwords must never exist by accident. Raises Refusal."""
    if not (settings.DEBUG or settings.DEMO):
        raise Refusal(
            _(
                "The demo makes accounts with known passwords, so it runs only where that is wanted: "
                "set FAIRWAY_DEMO=1 (or DEBUG=1) and try again."
            )
        )


def partner_row(each: demo.Partner) -> Partner:
    """The database row of a demo partner, made or brought up to date."""
    row, _made = Partner.objects.update_or_create(
        slug=each.slug,
        defaults={
            "name": each.name,
            "kind": each.kind,
            "tier": each.tier,
            "region": each.region,
            "currency": each.currency,
            "time_zone": each.time_zone,
            "language": each.language,
            "shares_data": each.shares_data,
        },
    )
    return row


def sign_ups() -> list[Login]:
    """Make the demo users and their memberships; those whose partner is not in this world are left out."""
    made = []
    for login in LOGINS:
        partner = Partner.objects.filter(slug=login.slug).first()
        if login.slug and partner is None:
            continue
        user = _user(login)
        if partner:
            Membership.objects.update_or_create(
                user=user, partner=partner, defaults={"role": login.role, "sees_personal_data": login.personal}
            )
        made.append(login)
    return made


def _user(login: Login) -> User:
    found = User.objects.filter(email=login.email).first()
    if found is None:
        vendor = login.role == "vendor"
        found = User.objects.create_user(
            login.email, PASSWORD, name=login.name, language=login.language, is_staff=vendor, is_superuser=vendor
        )
    return found


def forget(slugs: list[str]) -> None:
    """Remove the demo's people and partners with everything that hangs on them (`demo --fresh`)."""
    rows = list(Partner.objects.filter(slug__in=slugs))
    with scopes_disabled():
        # What readers see is protected from its own partner's deletion; it goes first.
        Pointer.objects.filter(partner__in=rows).delete()
        Publication.objects.filter(partner__in=rows).delete()
        Partner.objects.filter(pk__in=[row.pk for row in rows]).delete()
    User.objects.filter(email__in=[login.email for login in LOGINS]).delete()
    for row in rows:
        shutil.rmtree(row.folder, ignore_errors=True)
