"""Accounts come to be by invitation: the address is proven by the link that was mailed to it."""

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext as _

from partners.models import Invitation, User
from portal.kit.errors import Refusal


@transaction.atomic
def open_account(invitation: Invitation, *, name: str, password: str) -> User:
    """Make the account of an invited person. Raises Refusal when the address has one (a closed one included)."""
    email = invitation.email.strip().lower()
    if User.objects.filter(email__iexact=email).exists():
        raise Refusal(_("%(email)s has an account already: sign in with it to accept.") % {"email": email})
    user = User.objects.create_user(email, password, name=name, language=invitation.partner.language)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user
