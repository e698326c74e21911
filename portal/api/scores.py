"""Who may leave: the churn scores the partner is shown, reasons in the caller's language."""

from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api.asked import Listed
from portal.api.base import ListView, PartnerView
from portal.api.pages import PublicationPages
from predictions.models import Band, Publication, Score
from predictions.publications import shown
from training import registry

SWITCH = ("include", "exclude", "only")
Row = TypeVar("Row", bound=Model)


class Reason(serializers.Serializer[Any]):
    code = serializers.CharField(help_text=_("Stable; for programs."))
    sentence = serializers.CharField(help_text=_("For people, in the language of Accept-Language."))
    sign = serializers.IntegerField(help_text=_("1 speaks for leaving, -1 against."))


class PublishedRow(serializers.ModelSerializer[Row]):
    """A row of a publication, telling of which model and day it is; both columns are declared by who inherits."""

    def to_representation(self, instance: Row) -> dict[str, Any]:
        publication = self.context["publication"]
        instance.model_version = publication["model_version"]  # type: ignore[attr-defined]
        instance.as_of = publication["as_of"]  # type: ignore[attr-defined]
        return super().to_representation(instance)


class ScoreSerializer(PublishedRow[Score]):
    customer_id = serializers.CharField(source="customer.external_id")
    value_at_risk = serializers.FloatField(source="money", help_text=_("In the partner's currency."))
    band = serializers.ChoiceField(choices=Band.choices)
    probability = serializers.FloatField(allow_null=True, min_value=0, max_value=1)
    reasons = Reason(many=True)
    model_version = serializers.CharField()
    as_of = serializers.DateField()

    class Meta:
        model = Score
        fields = [
            "customer_id", "probability", "band", "rank", "value_at_risk", "change", "gone", "reasons",
            "model_version", "as_of",
        ]  # fmt: skip

    def to_representation(self, instance: Score) -> dict[str, Any]:
        language = self.context["language"]
        instance.reasons = [
            {"code": one.get("code", ""), "sentence": registry.sentence(one, language), "sign": one.get("sign", 1)}
            for one in instance.reasons
        ]
        return super().to_representation(instance)


class Staying(Listed):
    publication = serializers.IntegerField(
        required=False, min_value=1, max_value=2**63 - 1, help_text=_("Stay with one publication; “next” carries it.")
    )


class Published(Staying):
    customer_id = serializers.CharField(required=False, max_length=120, help_text=_("Only this customer’s rows."))


class ScoresAsked(Published):
    band = serializers.ChoiceField(required=False, choices=Band.choices)
    min_probability = serializers.FloatField(required=False, min_value=0, max_value=1)
    gone = serializers.ChoiceField(
        required=False,
        choices=SWITCH,
        default="exclude",
        help_text=_("Customers who had left before the scores' date."),
    )


class PublicationView(PartnerView):
    about = _("A list of what one publication says: the one now shown, or the one a “next” link names.")

    kind = ""
    pagination_class = PublicationPages
    may_miss = True
    publication: Publication | None

    def find_publication(self) -> Publication | None:
        if "publication" not in self.asked:
            return shown(self.partner, self.kind)
        open_to_readers = [Publication.State.PUBLISHED, Publication.State.RETIRED]
        rows = Publication.objects.filter(kind=self.kind, state__in=open_to_readers).select_related("version__partner")
        found = rows.filter(pk=self.asked["publication"]).first()
        if found is None:
            raise Http404
        found.partner = self.partner
        return found

    def initial(self, request: Request, *args: Any, **named: Any) -> None:
        super().initial(request, *args, **named)
        self.publication = self.find_publication()

    def get_serializer_context(self) -> dict[str, Any]:
        shown = getattr(self, "publication", None)
        told = {"model_version": str(shown.version), "as_of": shown.as_of} if shown else {}
        return {**super().get_serializer_context(), "publication": told}


class ChurnScores(PublicationView, ListView):
    about = _("Customers by their chance of leaving within the model's horizon, with the reasons that weigh most.")

    kind = "churn"
    serializer_class = ScoreSerializer
    asked_class = ScoresAsked
    ordering = "rank"

    @extend_schema(
        operation_id="churn_scores_list",
        summary=_("Churn scores, most at risk first"),
        tags=["churn scores"],
        parameters=[ScoresAsked],
        responses=ScoreSerializer(many=True),
    )
    def get(self, request: Request, *args: Any, **named: Any) -> Response:
        return super().get(request, *args, **named)

    def get_queryset(self) -> QuerySet[Score]:
        if self.publication is None:
            return Score.objects.none()
        asked = self.asked
        rows = Score.objects.of(self.publication).select_related("customer")
        if asked["gone"] != "include":
            rows = rows.filter(gone=asked["gone"] == "only")
        if "band" in asked:
            rows = rows.filter(band=asked["band"])
        if "min_probability" in asked:
            rows = rows.filter(probability__gte=asked["min_probability"])
        return rows.filter(customer__external_id=asked["customer_id"]) if "customer_id" in asked else rows
