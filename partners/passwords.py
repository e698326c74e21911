"""Passwords: a link to the person's own address instead of a password that somebody else has seen."""

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from partners.models import User
from portal.kit.errors import Refusal


def send_password_link(user: User) -> None:
    """Mail a link with which this person sets a password. Raises Refusal for an account that is closed."""
    if not user.is_active:
        raise Refusal(_("%(email)s is not active: activate the account first.") % {"email": user.email})
    where = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    known = {
        "user": user,
        "link": settings.SITE_URL + reverse("account_reset_password_from_key", kwargs=where),
        "brand": settings.BRAND,
    }
    with translation.override(user.language or settings.LANGUAGE_CODE):
        subject = _("Set your password for %(brand)s") % {"brand": settings.BRAND}
        text = render_to_string("mail/password.txt", known)
    transaction.on_commit(lambda: _send(subject, text, user.email))


def _send(subject: str, text: str, email: str) -> None:
    send_mail(subject, text, None, [email])


def forget_addresses(user: User) -> None:
    """After a change of address: the old one must not sign in or receive links any more."""
    EmailAddress.objects.filter(user=user).exclude(email=user.email).delete()
