"""The vendor's desk for partners: organisations, people, files, pulls and keys."""

from partners.admin.erasures import ErasureAdmin, ErasureRunAdmin
from partners.admin.factors import AuthenticatorAdmin
from partners.admin.feeds import FeedAdmin
from partners.admin.files import DatasetVersionAdmin, UploadAdmin
from partners.admin.invitations import InvitationAdmin
from partners.admin.keys import ApiKeyAdmin
from partners.admin.organisations import PartnerAdmin
from partners.admin.users import UserAdmin

__all__ = [
    "ApiKeyAdmin",
    "AuthenticatorAdmin",
    "DatasetVersionAdmin",
    "ErasureAdmin",
    "ErasureRunAdmin",
    "FeedAdmin",
    "InvitationAdmin",
    "PartnerAdmin",
    "UploadAdmin",
    "UserAdmin",
]
