"""The API, its schema and its page of documentation."""

from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView

from portal.api import (
    arrivals,
    corrections,
    customers,
    docs,
    me,
    offer_rules,
    offers,
    outcomes,
    persons,
    pulls,
    scores,
    steps,
    uploads,
)
from portal.api.unknown import unknown

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", docs.docs, name="api-docs"),
    path("v1/me/", me.Me.as_view(), name="api-me"),
    path("v1/uploads/", uploads.Uploads.as_view(), name="api-uploads"),
    path("v1/uploads/<int:pk>/", uploads.OneUpload.as_view(), name="api-upload"),
    path("v1/uploads/<int:pk>/check/", corrections.CheckUpload.as_view(), name="api-upload-check"),
    path("v1/uploads/<int:pk>/commit/", steps.CommitUpload.as_view(), name="api-upload-commit"),
    path("v1/uploads/<int:pk>/withdraw/", steps.WithdrawUpload.as_view(), name="api-upload-withdraw"),
    path("v1/arrivals/", arrivals.Arrivals.as_view(), name="api-arrivals"),
    path("v1/arrivals/<uuid:reference>/", arrivals.OneArrival.as_view(), name="api-arrival"),
    path("v1/pulls/", pulls.Pulls.as_view(), name="api-pulls"),
    path("v1/pulls/<int:pk>/", pulls.OnePull.as_view(), name="api-pull"),
    path("v1/pulls/<int:pk>/run/", pulls.RunPull.as_view(), name="api-pull-run"),
    path("v1/customers/", customers.Customers.as_view(), name="api-customers"),
    path("v1/customers/<path:customer_id>/export/", persons.CustomerCopy.as_view(), name="api-customer-export"),
    path("v1/customers/<path:customer_id>/", persons.OneCustomer.as_view(), name="api-customer"),
    path("v1/erasures/<int:pk>/", persons.OneErasure.as_view(), name="api-erasure"),
    path("v1/churn-scores/", scores.ChurnScores.as_view(), name="api-churn-scores"),
    path("v1/recommendations/", offers.Recommendations.as_view(), name="api-recommendations"),
    path("v1/product-ranking/", offers.Ranking.as_view(), name="api-product-ranking"),
    path("v1/prospects/", offers.Prospects.as_view(), name="api-prospects"),
    path("v1/outlooks/", offers.Outlooks.as_view(), name="api-outlooks"),
    path("v1/offer-rules/", offer_rules.OfferRules.as_view(), name="api-offer-rules"),
    path("v1/offer-rules/<int:pk>/", offer_rules.OneOfferRule.as_view(), name="api-offer-rule"),
    path("v1/offer-settings/", offer_rules.Settings.as_view(), name="api-offer-settings"),
    path("v1/outcomes/", outcomes.Outcomes.as_view(), name="api-outcomes"),
    path("v1/outcomes/<int:pk>/", outcomes.OneOutcome.as_view(), name="api-outcome"),
    re_path(r"^(?P<rest>.*)$", unknown, name="api-unknown"),
]
