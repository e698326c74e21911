"""Addresses of the upload pages, below /p/<slug>/uploads/."""

from django.urls import URLPattern, path

from partners.views import uploads

urlpatterns: list[URLPattern] = [
    path("", uploads.upload_list, name="uploads"),
    path("new/", uploads.choose, name="upload-new"),
    path("template/<slug:kind>.<slug:language>.csv", uploads.file_template, name="upload-template"),
    path("<int:pk>/", uploads.upload, name="upload"),
    path("<int:pk>/progress/", uploads.progress, name="upload-progress"),
    path("<int:pk>/columns/", uploads.columns, name="upload-columns"),
    path("<int:pk>/commit/", uploads.commit, name="upload-commit"),
    path("<int:pk>/withdraw/", uploads.withdraw, name="upload-withdraw"),
    path("<int:pk>/discard/", uploads.discard, name="upload-discard"),
    path("<int:pk>/problems.csv", uploads.problems, name="upload-problems"),
]
