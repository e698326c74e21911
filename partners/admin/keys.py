"""API keys: who holds one, when it was last used; to read and to revoke."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners import keys
from partners.models import ApiKey
from portal.kit.admin import Button, ReadPage, badge, row_link
from portal.kit.numbers import moment


@admin.register(ApiKey)
class ApiKeyAdmin(ReadPage):
    intro = gettext_lazy(
        "Keys of partners' programs. Owners make them; the secret is shown to them once and kept nowhere."
    )
    list_display = ("name", "partner", "prefix", "role", "standing", "last_used_at", "expires_at")
    list_filter = ("role", ("partner", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("partner",)
    search_fields = ("name", "prefix")
    buttons = (Button("revoke", gettext_lazy("Revoke"), "partners.change_apikey", look="danger"),)

    @admin.display(description=gettext_lazy("standing"))
    def standing(self, key: ApiKey) -> SafeString:
        if key.revoked_at:
            return badge(_("Revoked"), look="plain")
        expired = key.expires_at is not None and key.expires_at <= timezone.now()
        return badge(_("Expired"), look="bad") if expired else badge(_("Works"), look="good")

    def offered(self, request: HttpRequest, row: Any) -> list[str]:
        return [] if row.revoked_at else ["revoke"]

    def revoke(self, request: HttpRequest, key: ApiKey) -> str:
        keys.revoke(key, at=timezone.now())
        return _("Revoked: whatever uses this key is refused from now on.")

    def show(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        return {
            "facts": [
                (_("Standing"), self.standing(row)),
                (_("Partner"), row_link(row.partner)),
                (_("Begins with"), row.prefix),
                (_("May do what"), row.get_role_display()),
                (_("Sees personal data"), _("Yes") if row.sees_personal_data else _("No")),
                (_("Made by"), row.created_by or "–"),
                (_("Made"), moment(row.created_at)),
                (_("Last used"), moment(row.last_used_at)),
                (_("Expires"), moment(row.expires_at)),
                (_("Revoked"), moment(row.revoked_at)),
            ]
        }
