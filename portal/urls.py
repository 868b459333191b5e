"""Root routes; the apps are put together here, by name only: one that is not installed has no routes."""

from django.apps import apps
from django.urls import include, path

from portal import error_pages
from portal.api import views as api
from portal.views import health

APPS = ("readiness", "incidents")

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("", include("portal.page_urls")),
    path("", include("portal.account_urls")),
    *(path("", include(f"{app}.urls")) for app in APPS if apps.is_installed(app)),
    path("api/docs/", api.docs, name="api_docs"),
    path("api/docs/try/", api.trial, name="api_trial"),
    path("api/docs/<slug:part>/", api.docs_part, name="api_docs_part"),
    path("api/v1/", include("portal.api.urls")),
]

handler400 = error_pages.bad_request
handler403 = error_pages.not_permitted
handler404 = error_pages.not_found
handler500 = error_pages.broken
