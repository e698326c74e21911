"""Partner organisations: who they are, who works there, and how fresh what they sent is."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.models import Customer, Membership, Partner, Upload
from partners.models.member import Role
from portal.kit.admin import Buttons, PlainChoices, badge, row_link
from portal.kit.numbers import NONE, age, day, whole
from portal.kit.zones import zone_choices

STALE = timedelta(days=45)


class PartnerForm(forms.ModelForm):
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=zone_choices, initial="UTC")


class MembershipFormSet(forms.BaseInlineFormSet):
    def clean(self) -> None:
        """A partner that has an owner keeps one; a new one may wait for its first."""
        super().clean()
        had = any(form.initial.get("role") == Role.OWNER for form in self.initial_forms)
        stay = [form.cleaned_data for form in self.forms if form.is_valid() and form.cleaned_data]
        if had and not any(one.get("role") == Role.OWNER and not one.get("DELETE") for one in stay):
            raise ValidationError(
                _("This would leave the partner without an owner: make somebody else an owner first.")
            )


class MembershipInline(PlainChoices, admin.TabularInline):
    model = Membership
    formset = MembershipFormSet
    fields = ("user", "role", "sees_personal_data")
    autocomplete_fields = ("user",)
    extra = 0


@admin.register(Partner)
class PartnerAdmin(Buttons):
    form = PartnerForm
    add_label = gettext_lazy("Add a partner")
    intro = gettext_lazy(
        "Every organisation that sells for you. People come in by invitation; data comes in by upload."
    )
    list_display = ("name", "tier", "people", "customers_known", "sent", "facts_until", "consent", "standing")
    list_filter = ("is_active", "kind", "tier", "shares_data", "language")
    list_select_related = ("dataset",)
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}
    inlines = (MembershipInline,)
    readonly_fields = ("customers_known", "sent", "facts_until", "dataset_shown")
    list_per_page = 50

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.prepopulated_fields if obj is None else {}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The short name stands in addresses that people have saved: it is chosen once."""
        return self.readonly_fields if obj is None else ("slug", *self.readonly_fields)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        sets: list[tuple[Any, dict[str, Any]]] = [
            (None, {"fields": ("name", "slug", "kind", "tier", "region", "parent", "is_active")}),
            (gettext_lazy("Language and money"), {"fields": ("language", "currency", "time_zone")}),
            (gettext_lazy("Consent"), {"fields": ("shares_data",)}),
        ]
        if obj is not None:
            sets.append((gettext_lazy("Data"), {"fields": ("customers_known", "sent", "facts_until", "dataset_shown")}))
        return sets

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        of_partner = {"partner": OuterRef("pk")}
        known = (
            Customer.objects.filter(**of_partner, is_present=True).order_by().values("partner").annotate(n=Count("pk"))
        )
        members = Membership.objects.filter(**of_partner).order_by().values("partner").annotate(n=Count("pk"))
        uploaded = Upload.objects.filter(**of_partner).order_by("-created_at").values("created_at")[:1]
        return (
            super()
            .get_queryset(request)
            .select_related("dataset")
            .annotate(
                customer_count=Coalesce(Subquery(known.values("n")), 0, output_field=IntegerField()),
                member_count=Coalesce(Subquery(members.values("n")), 0, output_field=IntegerField()),
                last_upload_at=Subquery(uploaded),
            )
        )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A partner is closed, never deleted: its customers, scores and history hang on it."""
        return False

    def row_links(self, request: HttpRequest, row: Any) -> list[tuple[str, Any]]:
        mine = urlencode({"partner__id__exact": row.pk})
        links: list[tuple[str, Any]] = [
            (f"{reverse('admin:partners_invitation_add')}?{urlencode({'partner': row.pk})}", _("Invite somebody…")),
            (f"{reverse('admin:partners_upload_changelist')}?{mine}", _("Uploads")),
            (f"{reverse('admin:predictions_publication_changelist')}?{mine}", _("Publications")),
        ]
        if request.user.has_perm("predictions.add_scoringrun"):
            scoring = f"{reverse('admin:predictions_scoringrun_add')}?{urlencode({'partner': row.pk})}"
            links.append((scoring, _("Score now…")))
        return links

    @admin.display(description=gettext_lazy("people"), ordering="member_count")
    def people(self, partner: Any) -> str:
        return whole(partner.member_count)

    @admin.display(description=gettext_lazy("customers"), ordering="customer_count")
    def customers_known(self, partner: Any) -> str:
        return whole(partner.customer_count)

    @admin.display(description=gettext_lazy("last upload"), ordering="last_upload_at")
    def sent(self, partner: Any) -> str:
        return age(partner.last_upload_at, at=timezone.localdate()) if partner.last_upload_at else _("Never")

    @admin.display(description=gettext_lazy("data until"), ordering="dataset__last_on")
    def facts_until(self, partner: Partner) -> SafeString | str:
        last = partner.dataset.last_on if partner.dataset else None
        if last is None:
            return NONE
        late = timezone.localdate() - last > STALE
        return format_html('<span class="late">{} · {}</span>', day(last), _("old")) if late else day(last)

    @admin.display(description=gettext_lazy("data for the network"), ordering="shares_data")
    def consent(self, partner: Partner) -> str:
        return _("Shared") if partner.shares_data else _("Kept")

    @admin.display(description=gettext_lazy("standing"), ordering="is_active")
    def standing(self, partner: Partner) -> SafeString:
        return badge(_("Active"), look="good") if partner.is_active else badge(_("Closed"), look="plain")

    @admin.display(description=gettext_lazy("dataset in use"))
    def dataset_shown(self, partner: Partner) -> SafeString | str:
        return row_link(partner.dataset)
