"""Addresses of accounts, uploads and teams."""

from django.urls import URLPattern, URLResolver, include, path

from partners.views import invitation, keys, persons, start, team

urlpatterns: list[URLPattern | URLResolver] = [
    path("", start.start, name="start"),
    path("invitations/<str:token>/", invitation.invitation, name="invitation"),
    path("p/<slug:slug>/uploads/", include("partners.upload_urls")),
    path("p/<slug:slug>/pulls/", include("partners.feed_urls")),
    path("p/<slug:slug>/team/", team.team, name="team"),
    path("p/<slug:slug>/team/invite/", team.invite, name="team-invite"),
    path("p/<slug:slug>/team/<int:pk>/change/", team.change, name="team-change"),
    path("p/<slug:slug>/team/<int:pk>/remove/", team.remove, name="team-remove"),
    path("p/<slug:slug>/team/invitations/<int:pk>/withdraw/", team.withdraw, name="team-withdraw"),
    path("p/<slug:slug>/customers/<int:pk>/data/", persons.person, name="person"),
    path("p/<slug:slug>/customers/<int:pk>/data/export/", persons.export, name="person-export"),
    path("p/<slug:slug>/customers/<int:pk>/data/progress/", persons.progress, name="person-progress"),
    path("p/<slug:slug>/customers/<int:pk>/data/<uuid:reference>.zip", persons.file, name="person-file"),
    path("p/<slug:slug>/customers/<int:pk>/erase/", persons.erase, name="person-erase"),
    path("p/<slug:slug>/erasures/", persons.erasures, name="erasures"),
    path("p/<slug:slug>/erasures/progress/", persons.erasure_progress, name="erasure-progress"),
    path("p/<slug:slug>/keys/", keys.keys, name="keys"),
    path("p/<slug:slug>/keys/<int:pk>/revoke/", keys.revoke, name="key-revoke"),
]
