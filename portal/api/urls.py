"""Routes of the API: its description, and what each app offers."""

from django.apps import apps
from django.urls import include, path, re_path

from portal.api import audit_trail, search, views
from portal.api.endpoints import Nowhere

APPS = ("readiness", "incidents")
"""Whose routes stand here, by name: one that is not installed has none."""

urlpatterns = [
    path("schema/", views.Schema.as_view(), name="api_schema"),
    path("search/", search.Search.as_view(), name="api_search"),
    path("audit-trail/", audit_trail.AuditEvents.as_view(), name="api_audit_trail"),
    path("audit-trail/<int:number>/", audit_trail.OneAuditEvent.as_view(), name="api_audit_event"),
    *(path("", include(f"{app}.api.urls")) for app in APPS if apps.is_installed(app)),
    re_path("", Nowhere.as_view(), name="api_nowhere"),
]
