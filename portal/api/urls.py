"""The API, its schema and its page of documentation."""

from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView

from portal.api import customers, docs, me, offers, outcomes, scores, steps, uploads
from portal.api.unknown import unknown

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", docs.docs, name="api-docs"),
    path("v1/me/", me.Me.as_view(), name="api-me"),
    path("v1/uploads/", uploads.Uploads.as_view(), name="api-uploads"),
    path("v1/uploads/<int:pk>/", uploads.OneUpload.as_view(), name="api-upload"),
    path("v1/uploads/<int:pk>/commit/", steps.CommitUpload.as_view(), name="api-upload-commit"),
    path("v1/uploads/<int:pk>/withdraw/", steps.WithdrawUpload.as_view(), name="api-upload-withdraw"),
    path("v1/customers/", customers.Customers.as_view(), name="api-customers"),
    path("v1/customers/<path:customer_id>/", customers.OneCustomer.as_view(), name="api-customer"),
    path("v1/churn-scores/", scores.ChurnScores.as_view(), name="api-churn-scores"),
    path("v1/recommendations/", offers.Recommendations.as_view(), name="api-recommendations"),
    path("v1/outcomes/", outcomes.Outcomes.as_view(), name="api-outcomes"),
    path("v1/outcomes/<int:pk>/", outcomes.OneOutcome.as_view(), name="api-outcome"),
    re_path(r"^(?P<rest>.*)$", unknown, name="api-unknown"),
]
