"""Addresses of scheduled pulls, below /p/<slug>/pulls/."""

from django.urls import URLPattern, path

from partners.views import feeds

urlpatterns: list[URLPattern] = [
    path("", feeds.feed_list, name="feeds"),
    path("new/", feeds.add, name="feed-new"),
    path("<int:pk>/", feeds.feed, name="feed"),
    path("<int:pk>/progress/", feeds.progress, name="feed-progress"),
    path("<int:pk>/change/", feeds.change, name="feed-change"),
    path("<int:pk>/test/", feeds.test, name="feed-test"),
    path("<int:pk>/trust/", feeds.trust, name="feed-trust"),
    path("<int:pk>/run/", feeds.run_now, name="feed-run"),
    path("<int:pk>/pause/", feeds.pause, name="feed-pause"),
    path("<int:pk>/resume/", feeds.resume, name="feed-resume"),
    path("<int:pk>/delete/", feeds.delete, name="feed-delete"),
]
