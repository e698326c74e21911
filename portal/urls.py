"""Every address of the product. Partner pages live under /p/<slug>/ behind partners.access.door."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from portal import gallery, health, practice

urlpatterns = [
    path("", include("partners.urls")),
    path("", include("predictions.urls")),
    path("p/<slug:slug>/uploads/practice.<slug:language>.csv", practice.messy_file, name="upload-practice"),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("ui/", gallery.gallery, name="gallery"),
    path("admin/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("admin/", admin.site.urls),
    path("api/", include("portal.api.urls")),
]
handler400 = "portal.errors.bad_request"
handler403 = "portal.errors.forbidden"
handler404 = "portal.errors.missing"
handler500 = "portal.errors.broken"
