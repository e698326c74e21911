"""The customers and products people see in lists; upserted from the dataset at each commit (datasets.py)."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from partners.models.partner import Partner


class CustomerQuerySet(models.QuerySet["Customer"]):
    def present(self) -> Self:
        return self.filter(is_present=True)

    def search(self, words: str, *, personal: bool) -> Self:
        """Match the partner's own number; names and addresses only for those who may see them."""
        match = Q(external_id__icontains=words)
        if personal:
            match |= Q(name__icontains=words) | Q(email__icontains=words)
        return self.filter(match)


class Customer(models.Model):
    partner = models.ForeignKey(Partner, models.CASCADE, related_name="customers", verbose_name=_("partner"))
    external_id = models.CharField(_("customer number"), max_length=120)
    name = models.CharField(_("name"), max_length=250, blank=True)
    email = models.CharField(_("e-mail address"), max_length=254, blank=True)
    phone = models.CharField(_("telephone"), max_length=60, blank=True)
    segment = models.CharField(_("segment"), max_length=120, blank=True)
    industry = models.CharField(_("industry"), max_length=120, blank=True)
    region = models.CharField(_("region"), max_length=120, blank=True)
    city = models.CharField(_("city"), max_length=120, blank=True)
    country = models.CharField(_("country"), max_length=120, blank=True)
    since = models.DateField(_("customer since"), null=True, blank=True)
    monthly_value = models.FloatField(_("monthly value"), null=True, blank=True)
    attributes = models.JSONField(_("further attributes"), default=dict, blank=True)
    first_order_on = models.DateField(_("first order"), null=True, blank=True)
    last_order_on = models.DateField(_("last order"), null=True, blank=True)
    orders = models.PositiveIntegerField(_("orders"), default=0)
    spend = models.FloatField(_("spend to date"), default=0)
    is_present = models.BooleanField(_("in the current data"), default=True)

    objects = ScopedManager(partner="partner", _manager_class=models.Manager.from_queryset(CustomerQuerySet))

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        ordering = ["external_id"]
        constraints = [models.UniqueConstraint(fields=["partner", "external_id"], name="one_customer_per_number")]

    def __str__(self) -> str:
        return self.external_id

    def shown_name(self, *, personal: bool) -> str:
        return self.name if personal and self.name else self.external_id


class Product(models.Model):
    partner = models.ForeignKey(Partner, models.CASCADE, related_name="products", verbose_name=_("partner"))
    sku = models.CharField(_("SKU"), max_length=120)
    name = models.CharField(_("name"), max_length=250, blank=True)
    category = models.CharField(_("category"), max_length=120, blank=True)
    price = models.FloatField(_("price"), null=True, blank=True)
    cost = models.FloatField(_("cost"), null=True, blank=True)
    is_available = models.BooleanField(_("can be offered"), default=True)
    is_present = models.BooleanField(_("in the current data"), default=True)

    objects = ScopedManager(partner="partner")

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["sku"]
        constraints = [models.UniqueConstraint(fields=["partner", "sku"], name="one_product_per_sku")]

    def __str__(self) -> str:
        return self.name or self.sku
