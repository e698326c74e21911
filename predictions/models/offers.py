"""What to offer to whom: published offers, what is known of each customer and product beside them, and the rules."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from partners.models import Customer, Partner, Product
from predictions.models.scores import Publication

SHARE = [MinValueValidator(0.0), MaxValueValidator(1.0)]


class Recommendation(models.Model):
    """One product worth offering to one customer in one publication."""

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="+", verbose_name=_("partner"))
    publication = models.ForeignKey(Publication, models.CASCADE, related_name="offers", verbose_name=_("publication"))
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="offers", verbose_name=_("customer"))
    product = models.ForeignKey(Product, models.CASCADE, related_name="offers", verbose_name=_("product"))
    rank = models.PositiveIntegerField(_("rank"))
    score = models.FloatField(_("score"))
    probability = models.FloatField(_("chance"), null=True)
    expected_value = models.FloatField(_("expected value"), null=True)
    reason = models.JSONField(_("reason"), default=dict)
    is_repeat = models.BooleanField(_("bought before"), default=False)
    pinned = models.BooleanField(_("pinned by a rule"), default=False)

    objects = ScopedManager(partner="partner")

    class Meta:
        verbose_name = _("recommendation")
        verbose_name_plural = _("recommendations")
        ordering = ["customer", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["publication", "customer", "product"], name="one_offer_per_product")
        ]
        indexes = [
            models.Index(fields=["publication", "-expected_value"], name="offer_by_value"),
            models.Index(fields=["publication", "-probability"], name="offer_by_chance"),
            models.Index(fields=["publication", "product", "-probability"], name="offer_by_product"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} × {self.product_id}"


class Prospect(models.Model):
    """One customer in one publication of offers: how alike the best customers it is, how ready to buy, and what of
    the range it owns or could buy. One row per customer, so that lists, bands and the matrix never touch all offers."""

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="+", verbose_name=_("partner"))
    publication = models.ForeignKey(
        Publication, models.CASCADE, related_name="prospects", verbose_name=_("publication")
    )
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="prospects", verbose_name=_("customer"))
    fit = models.FloatField(_("fit"), help_text=_("Share of customers less alike the best ones than this one."))
    intent = models.FloatField(_("intent"), help_text=_("Share of customers with weaker recent signals than this one."))
    expected_value = models.FloatField(_("expected value of the best offers"), null=True)
    owned = models.JSONField(_("categories owned"), default=list)
    opportunities = models.JSONField(
        _("categories to offer"), default=dict, help_text=_("By category: the best chance and the expected value.")
    )

    objects = ScopedManager(partner="partner")

    class Meta:
        verbose_name = _("prospect")
        verbose_name_plural = _("prospects")
        ordering = ["-expected_value"]
        constraints = [models.UniqueConstraint(fields=["publication", "customer"], name="one_prospect_per_customer")]
        indexes = [models.Index(fields=["publication", "-expected_value"], name="prospect_by_value")]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.fit:.2f} × {self.intent:.2f}"


class Outlook(models.Model):
    """One product in one publication of offers: how many will buy it, and what it is bought together with."""

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="+", verbose_name=_("partner"))
    publication = models.ForeignKey(Publication, models.CASCADE, related_name="outlooks", verbose_name=_("publication"))
    product = models.ForeignKey(Product, models.CASCADE, related_name="outlooks", verbose_name=_("product"))
    expected = models.FloatField(_("buyers to be expected"), help_text=_("Sum of the chances of all candidates."))
    candidates = models.PositiveIntegerField(_("customers considered"))
    owners = models.PositiveIntegerField(_("customers who ever bought it"))
    buyers = models.PositiveIntegerField(_("customers who bought it within a year"))
    goes_with = models.JSONField(
        _("bought together with"), default=list, help_text=_("By product: who bought both, and who bought the other.")
    )

    objects = ScopedManager(partner="partner")

    class Meta:
        verbose_name = _("product outlook")
        verbose_name_plural = _("product outlooks")
        ordering = ["-expected"]
        constraints = [models.UniqueConstraint(fields=["publication", "product"], name="one_outlook_per_product")]

    def __str__(self) -> str:
        return f"{self.product_id}: {self.expected:.1f}"


class OfferRule(models.Model):
    """What may be offered to whom, whatever the model says. Without a partner it holds in the whole network."""

    class Kind(models.TextChoices):
        EXCLUDE = "exclude", _("Never offer")
        PIN = "pin", _("Always offer first")
        UNSUITABLE = "unsuitable", _("Not for this segment")
        MARGIN = "margin", _("Only with a margin of at least")

    partner = models.ForeignKey(
        Partner, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("partner"),
        help_text=_("Empty: holds for every partner."),
    )  # fmt: skip
    kind = models.CharField(_("rule"), max_length=12, choices=Kind.choices)
    sku = models.CharField(_("SKU"), max_length=120, blank=True, help_text=_("Empty: any product of the category."))
    category = models.CharField(_("category"), max_length=200, blank=True, help_text=_("Empty: any category."))
    segment = models.CharField(_("segment"), max_length=200, blank=True, help_text=_("Empty: any segment."))
    margin = models.FloatField(
        _("least margin"), null=True, blank=True, validators=SHARE, help_text=_("Share of the price, 0 to 1.")
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    active = models.BooleanField(_("active"), default=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+",
        verbose_name=_("by"),
    )  # fmt: skip
    created_at = models.DateTimeField(_("made"), auto_now_add=True)

    objects = ScopedManager(partner="partner")

    class Meta:
        verbose_name = _("offer rule")
        verbose_name_plural = _("offer rules")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.sku or self.category or self.segment or '*'}"


class OfferSettings(models.Model):
    """How one partner wants its offers: ranked by what, how varied, and where fit and intent begin to be high."""

    class Rank(models.TextChoices):
        VALUE = "value", _("expected value")
        CHANCE = "chance", _("chance")

    class Repeats(models.TextChoices):
        BOTH = "both", _("repeats and new products")
        NEW = "new", _("only new products")
        REPEAT = "repeat", _("only repeats")

    partner = models.OneToOneField(
        Partner, models.CASCADE, related_name="offer_settings", verbose_name=_("partner"), primary_key=True
    )
    rank_by = models.CharField(_("ranked by"), max_length=8, choices=Rank.choices, default=Rank.CHANCE)
    repeats = models.CharField(_("offers"), max_length=8, choices=Repeats.choices, default=Repeats.BOTH)
    diversity = models.FloatField(
        _("variety across categories"), default=0.0, validators=SHARE,
        help_text=_("0: the best offers, whatever their category; 1: as many categories as possible."),
    )  # fmt: skip
    fit_from = models.FloatField(_("fit is high from"), default=0.6, validators=SHARE)
    intent_from = models.FloatField(_("intent is high from"), default=0.6, validators=SHARE)

    objects = ScopedManager(partner="partner")

    class Meta:
        verbose_name = _("offer settings")
        verbose_name_plural = _("offer settings")

    def __str__(self) -> str:
        return str(self.partner)
