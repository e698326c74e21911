"""What may be offered to whom: the partner's rules, those of the network beside them, and how its lists are made."""

from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from partners.access import Right
from portal.api.asked import Listed, Strict
from portal.api.base import ListView, PartnerView
from portal.api.idempotency import HEADER, Repeated
from predictions import offer_rules
from predictions.models import OfferRule, OfferSettings

ID = OpenApiParameter("id", int, OpenApiParameter.PATH)


def _name(longest: int, told: Any) -> serializers.CharField:
    return serializers.CharField(required=False, allow_blank=True, max_length=longest, default="", help_text=told)


class RuleSerializer(Strict, serializers.ModelSerializer[OfferRule]):
    kind = serializers.ChoiceField(choices=OfferRule.Kind.choices)
    sku = _name(120, _("Empty: any product of the category."))
    category = _name(200, _("Empty: any category."))
    segment = _name(200, _("Empty: any segment."))
    margin = serializers.FloatField(
        required=False, allow_null=True, default=None, min_value=0, max_value=1,
        help_text=_("Share of the price, 0 to 1; for “margin” only."),
    )  # fmt: skip
    note = _name(300, _("For those who ask later why."))
    network = serializers.SerializerMethodField(help_text=_("Holds for every partner; the vendor looks after it."))
    conflicts = serializers.SerializerMethodField(help_text=_("Exclusions that stop this rule, as sentences."))

    class Meta:
        model = OfferRule
        fields = ["id", "kind", "sku", "category", "segment", "margin", "note", "network", "conflicts", "created_at"]

    def get_network(self, rule: OfferRule) -> bool:
        return rule.partner_id is None

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_conflicts(self, rule: OfferRule) -> list[str]:
        told: dict[int, list[str]] = self.context["view"].stopped
        return told.get(rule.pk, [])


class RulesAsked(Listed):
    kind = serializers.ChoiceField(required=False, choices=OfferRule.Kind.choices)


class RulesView(PartnerView):
    @cached_property
    def stopped(self) -> dict[int, list[str]]:
        """By the rule's key, why it has no effect; asked once for all rows."""
        return offer_rules.stopped(offer_rules.in_force(self.partner), partner=self.partner)


class OfferRules(RulesView, Repeated, ListView):
    about = _(
        "Rules hold from the next scoring on; what they exclude leaves lists at once, thin margins leave with the next "
        "list. Exclusions win over pins."
    )

    rights = {"GET": Right.SEE, "POST": Right.ACT}
    serializer_class = RuleSerializer
    asked_class = RulesAsked
    ordering = "-pk"
    object_kind = "offer_rule"

    @extend_schema(
        operation_id="offer_rules_list",
        summary=_("Rules that hold for the partner, newest first"),
        tags=["recommendations"],
        parameters=[RulesAsked],
        responses=RuleSerializer(many=True),
    )
    def get(self, request: Request, *args: Any, **named: Any) -> Response:
        return super().get(request, *args, **named)

    @extend_schema(
        operation_id="offer_rules_add",
        summary=_("Make a rule"),
        tags=["recommendations"],
        parameters=[HEADER],
        responses={201: RuleSerializer},
    )
    def post(self, request: Request) -> Response:
        told = self.get_serializer(data=request.data)
        told.is_valid(raise_exception=True)
        fields = dict(told.validated_data)
        rule = self.once(
            dict(told.initial_data), make=lambda: offer_rules.add(self.partner, by=self.key.created_by, **fields)
        )
        return Response(self.get_serializer(rule).data, status=201)

    def find(self, pk: int) -> OfferRule | None:
        return OfferRule.objects.filter(pk=pk).first()

    def get_queryset(self) -> QuerySet[OfferRule]:
        holding = Q(partner=self.partner) | Q(partner=None)
        rows = OfferRule._base_manager.filter(holding, active=True)
        return rows.filter(kind=self.asked["kind"]) if "kind" in self.asked else rows


class OneOfferRule(RulesView):
    about = _("A rule of the partner’s own that holds; those of the network are only listed.")

    rights = {"GET": Right.SEE, "DELETE": Right.ACT}
    serializer_class = RuleSerializer

    def found(self, pk: int) -> OfferRule:
        rule = OfferRule.objects.filter(pk=pk, active=True).first()
        if rule is None:
            raise Http404
        return rule

    @extend_schema(operation_id="offer_rules_one", summary=_("One rule"), tags=["recommendations"], parameters=[ID])
    def get(self, request: Request, pk: int) -> Response:
        return Response(self.get_serializer(self.found(pk)).data)

    @extend_schema(
        operation_id="offer_rules_remove", summary=_("Remove a rule"), tags=["recommendations"], parameters=[ID]
    )
    def delete(self, request: Request, pk: int) -> Response:
        offer_rules.remove(self.found(pk), by=self.key.created_by)
        return Response(status=204)


def _share(default: float, told: Any) -> serializers.FloatField:
    return serializers.FloatField(required=False, min_value=0, max_value=1, default=default, help_text=told)


class SettingsSerializer(Strict, serializers.ModelSerializer[OfferSettings]):
    """What is not sent becomes the default again."""

    rank_by = serializers.ChoiceField(
        choices=OfferSettings.Rank.choices, required=False, default=OfferSettings.Rank.CHANCE
    )
    repeats = serializers.ChoiceField(
        choices=OfferSettings.Repeats.choices, required=False, default=OfferSettings.Repeats.BOTH
    )
    diversity = _share(0.0, _("0: the best offers, whatever their category; 1: as many categories as possible."))
    fit_from = _share(0.6, _("Share of customers less alike the best ones from which fit is called high."))
    intent_from = _share(0.6, _("Share of customers with weaker recent signals from which intent is called high."))

    class Meta:
        model = OfferSettings
        fields = ["rank_by", "repeats", "diversity", "fit_from", "intent_from"]


class Settings(PartnerView):
    about = _("How lists are made; a change of ranking, repeats or variety shows with the next scoring.")

    http_method_names = ["get", "head", "put"]
    rights = {"GET": Right.SEE, "PUT": Right.ACT}
    also_refuses = {"PUT": ["413", "415", "422"]}
    serializer_class = SettingsSerializer

    @extend_schema(operation_id="offer_settings", summary=_("How lists of offers are made"), tags=["recommendations"])
    def get(self, request: Request) -> Response:
        return Response(self.get_serializer(offer_rules.settings_of(self.partner)).data)

    @extend_schema(
        operation_id="offer_settings_put",
        summary=_("Change how lists of offers are made"),
        tags=["recommendations"],
        responses={200: SettingsSerializer},
    )
    def put(self, request: Request) -> Response:
        told = self.get_serializer(data=request.data)
        told.is_valid(raise_exception=True)
        found = offer_rules.change(self.partner, by=self.key.created_by, **told.validated_data)
        return Response(self.get_serializer(found).data)
