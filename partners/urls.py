"""Addresses of accounts, uploads and teams."""

from django.urls import URLPattern, path

from partners.views import start

urlpatterns: list[URLPattern] = [
    path("", start.start, name="start"),
]
