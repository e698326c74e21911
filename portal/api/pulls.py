"""Scheduled pulls: how they stand, and a start out of turn. They are set up by owners, on the pages."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from partners import feeds
from partners.access import Right
from partners.models import Feed, FeedRun
from portal.api.asked import Listed
from portal.api.base import ListView, PartnerView

ID = OpenApiParameter("id", int, OpenApiParameter.PATH)


class PullRunSerializer(serializers.ModelSerializer[FeedRun]):
    class Meta:
        model = FeedRun
        fields = ["state", "stage", "progress", "message", "queued_at", "started_at", "ended_at"]


class PullSerializer(serializers.ModelSerializer[Feed]):
    run = PullRunSerializer(source="last_run", allow_null=True, help_text=_("The last time it looked."))

    class Meta:
        model = Feed
        fields = [
            "id", "name", "kind", "way", "pattern", "takes", "complete", "cron", "time_zone", "paused", "next_at",
            "run",
        ]  # fmt: skip


class Pulls(ListView):
    about = _("Folders that Fairway looks into by the clock. Addresses and keys are not told.")

    serializer_class = PullSerializer

    @extend_schema(
        operation_id="pulls_list",
        summary=_("Scheduled pulls"),
        tags=["uploads"],
        parameters=[Listed],
        responses=PullSerializer(many=True),
    )
    def get(self, request: Request, *args: Any, **named: Any) -> Response:
        return super().get(request, *args, **named)

    def get_queryset(self) -> QuerySet[Feed]:
        return Feed.objects.select_related("last_run")


class OnePull(PartnerView):
    about = _("How it stands, and what the last look into the folder brought.")

    rights = {"GET": Right.SEE}
    serializer_class = PullSerializer

    @extend_schema(operation_id="pulls_one", summary=_("One scheduled pull"), tags=["uploads"], parameters=[ID])
    def get(self, request: Request, pk: int) -> Response:
        return Response(self.get_serializer(pull_numbered(pk)).data)


class RunPull(PartnerView):
    about = _("Queues the work and answers at once; “run” says how far it is.")

    rights = {"POST": Right.UPLOAD}
    serializer_class = PullSerializer

    @extend_schema(
        operation_id="pulls_run",
        summary=_("Look into the folder now"),
        tags=["uploads"],
        parameters=[ID],
        request=None,
        responses={202: PullSerializer},
    )
    def post(self, request: Request, pk: int) -> Response:
        feeds.run_now(pull_numbered(pk), by=self.key.created_by, at=timezone.now())
        return Response(self.get_serializer(pull_numbered(pk)).data, status=202)


def pull_numbered(pk: int) -> Feed:
    """The pull with this number in the open scope. Raises Http404."""
    found = Feed.objects.select_related("last_run", "partner").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
