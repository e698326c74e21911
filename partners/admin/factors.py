"""Second factors: who has one; removed when a phone is lost. The library's own page would show the secrets."""

from typing import Any

from allauth.mfa import admin as theirs
from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kit.admin import Button, ReadPage, row_link
from portal.kit.numbers import moment

assert theirs.AuthenticatorAdmin  # registered on import, so that it can be replaced
admin.site.unregister(Authenticator)


@admin.register(Authenticator)
class AuthenticatorAdmin(ReadPage):
    intro = gettext_lazy("Who signs in with a second factor. Remove one when a person has lost theirs.")
    list_display = ("user", "type", "created_at", "last_used_at")
    list_filter = ("type",)
    list_select_related = ("user",)
    search_fields = ("user__email",)
    buttons = (Button("remove", gettext_lazy("Remove"), "mfa.delete_authenticator", look="danger"),)

    def offered(self, request: HttpRequest, row: Any) -> list[str]:
        return ["remove"] if self._may_remove(request, row) else []

    def _may_remove(self, request: HttpRequest, row: Any) -> bool:
        """Vendor staff keep theirs unless a superuser says otherwise."""
        return bool(request.user.is_superuser) or not row.user.is_staff

    def remove(self, request: HttpRequest, row: Any) -> HttpResponse:
        if not self._may_remove(request, row):
            raise PermissionDenied
        Authenticator.objects.filter(pk=row.pk).delete()
        said = _("Removed: %(user)s signs in with the password alone until they set up a new one.")
        messages.success(request, said % {"user": row.user})
        return HttpResponseRedirect(reverse("admin:mfa_authenticator_changelist"))

    def show(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        return {
            "facts": [
                (_("User"), row_link(row.user)),
                (_("Kind"), row.get_type_display()),
                (_("Made"), moment(row.created_at)),
                (_("Last used"), moment(row.last_used_at)),
            ]
        }
