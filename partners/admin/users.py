"""Accounts. Nobody sets a password for somebody else: a link goes to the person's own address."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners import passwords
from partners.models import Membership, User
from portal.kit.admin import Button, Buttons


class UserForm(forms.ModelForm):
    class Meta:
        widgets = {"groups": forms.CheckboxSelectMultiple}

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).strip().lower()
        if User.objects.filter(email=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("%(email)s has an account already.") % {"email": email})
        return email


class OwnMemberships(admin.TabularInline):
    model = Membership
    fields = ("partner", "role", "sees_personal_data")
    readonly_fields = fields
    extra = 0
    can_delete = False
    verbose_name_plural = gettext_lazy("Works at (change it on the partner's page)")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("partner", "user")


@admin.register(User)
class UserAdmin(Buttons):
    form = UserForm
    add_label = gettext_lazy("Add a user")
    intro = gettext_lazy("Everyone with an account. A new person gets an e-mail with a link to choose a password.")
    list_display = ("email", "name", "is_active", "is_staff", "is_superuser", "last_login")
    list_filter = ("is_staff", "is_superuser", "is_active", "groups")
    search_fields = ("email", "name")
    readonly_fields = ("last_login", "date_joined")
    inlines = (OwnMemberships,)
    buttons = (Button("send_password_link", gettext_lazy("Send a link to set a password"), "partners.change_user"),)

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj is not None else ()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        sets: list[tuple[Any, dict[str, Any]]] = [(None, {"fields": ("email", "name", "language", "is_active")})]
        if request.user.is_superuser:
            rights = ("is_staff", "groups") if obj is None else ("is_staff", "is_superuser", "groups")
            sets.append((gettext_lazy("Vendor staff"), {"fields": rights}))
        if obj is not None:
            sets.append((gettext_lazy("Dates"), {"fields": ("last_login", "date_joined")}))
        return sets

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever can change a staff member's address can take over the account: only superusers may."""
        mine = super().has_change_permission(request, obj)
        return mine and (obj is None or request.user.is_superuser or not (obj.is_staff or obj.is_superuser))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An account is deactivated, never deleted: what the person did must keep its name."""
        return False

    def offered(self, request: HttpRequest, row: Any) -> list[str]:
        may = row.is_active and self.has_change_permission(request, row)
        return ["send_password_link"] if may else []

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            obj.save()
            if "email" in form.changed_data:
                passwords.forget_addresses(obj)
            return
        obj.set_unusable_password()
        obj.save()
        passwords.send_password_link(obj)
        messages.info(request, _("A link to set a password was sent to %(email)s.") % {"email": obj.email})

    def send_password_link(self, request: HttpRequest, user: User) -> str:
        if not self.has_change_permission(request, user):
            raise PermissionDenied
        passwords.send_password_link(user)
        return _("A link to set a password was sent to %(email)s.") % {"email": user.email}
