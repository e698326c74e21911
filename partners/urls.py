"""Addresses of accounts, uploads and teams."""

from django.urls import URLPattern, path

from partners.views import invitation, start, team

urlpatterns: list[URLPattern] = [
    path("", start.start, name="start"),
    path("invitations/<str:token>/", invitation.invitation, name="invitation"),
    path("p/<slug:slug>/team/", team.team, name="team"),
    path("p/<slug:slug>/team/invite/", team.invite, name="team-invite"),
    path("p/<slug:slug>/team/<int:pk>/change/", team.change, name="team-change"),
    path("p/<slug:slug>/team/<int:pk>/remove/", team.remove, name="team-remove"),
    path("p/<slug:slug>/team/invitations/<int:pk>/withdraw/", team.withdraw, name="team-withdraw"),
]
