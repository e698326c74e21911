"""Addresses of the lists and the customer page."""

from django.urls import URLPattern, path, re_path

from predictions.views import churn, customer, home, offer_rules, offers, products, progress, white_space

urlpatterns: list[URLPattern] = [
    path("p/<slug:slug>/", home.home, name="home"),
    path("p/<slug:slug>/scoring/", progress.scoring, name="scoring-progress"),
    path("p/<slug:slug>/churn/", churn.churn, name="churn"),
    path("p/<slug:slug>/churn.csv", churn.churn_csv, name="churn-csv"),
    path("p/<slug:slug>/customers/<int:pk>/", customer.customer, name="customer"),
    path("p/<slug:slug>/customers/<int:pk>/record/", customer.record, name="record"),
    re_path(r"^p/(?P<slug>[-\w]+)/(?P<deed>action|outcome)/(?P<pk>\d+)/undo/$", customer.undo, name="undo"),
    path("p/<slug:slug>/recommendations/", offers.recommendations, name="recommendations"),
    path("p/<slug:slug>/recommendations.csv", offers.recommendations_csv, name="recommendations-csv"),
    path("p/<slug:slug>/recommendations.xlsx", offers.recommendations_xlsx, name="recommendations-xlsx"),
    path("p/<slug:slug>/recommendations/white-space/", white_space.white_space, name="white-space"),
    path("p/<slug:slug>/recommendations/products/", products.products, name="offer-products"),
    path("p/<slug:slug>/recommendations/products/<int:pk>/", products.product, name="offer-product"),
    path("p/<slug:slug>/recommendations/rules/", offer_rules.rules, name="offer-rules"),
    path("p/<slug:slug>/recommendations/rules/add/", offer_rules.add, name="offer-rule-add"),
    path("p/<slug:slug>/recommendations/rules/<int:pk>/remove/", offer_rules.remove, name="offer-rule-remove"),
    path("p/<slug:slug>/recommendations/wishes/", offer_rules.wishes, name="offer-wishes"),
    path("p/<slug:slug>/recommendations/thresholds/", offer_rules.thresholds, name="offer-thresholds"),
]
