"""Addresses of the upload pages, below /p/<slug>/uploads/."""

from django.urls import URLPattern, path

from partners.views import sending, upload_steps, uploads

urlpatterns: list[URLPattern] = [
    path("", uploads.upload_list, name="uploads"),
    path("new/", sending.choose, name="upload-new"),
    path("arrivals/", sending.announce, name="arrivals"),
    path("arrivals/<uuid:reference>/", sending.arrival, name="arrival"),
    path("arrivals/<uuid:reference>/cancel/", sending.cancel, name="arrival-cancel"),
    path("template/<slug:kind>.<slug:language>.csv", uploads.file_template, name="upload-template"),
    path("<int:pk>/", upload_steps.upload, name="upload"),
    path("<int:pk>/progress/", upload_steps.progress, name="upload-progress"),
    path("<int:pk>/read/", upload_steps.read, name="upload-read"),
    path("<int:pk>/columns/", upload_steps.columns, name="upload-columns"),
    path("<int:pk>/forget/", upload_steps.forget, name="upload-forget"),
    path("<int:pk>/check/", upload_steps.check, name="upload-check"),
    path("<int:pk>/fix/", upload_steps.fix, name="upload-fix"),
    path("<int:pk>/review/", upload_steps.to_review, name="upload-review"),
    path("<int:pk>/commit/", upload_steps.commit, name="upload-commit"),
    path("<int:pk>/withdraw/", upload_steps.withdraw, name="upload-withdraw"),
    path("<int:pk>/discard/", upload_steps.discard, name="upload-discard"),
    path("<int:pk>/problems.csv", uploads.problems, name="upload-problems"),
    path("<int:pk>/failing/", uploads.failing_rows, name="upload-failing"),
]
