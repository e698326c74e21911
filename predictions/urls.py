"""Addresses of the lists and the customer page."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
