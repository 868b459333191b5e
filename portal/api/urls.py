"""Routes of the API: its description, and what each app offers."""

from django.urls import include, path, re_path

from portal.api import views
from portal.api.endpoints import Nowhere

urlpatterns = [
    path("schema/", views.Schema.as_view(), name="api_schema"),
    path("", include("readiness.api.urls")),
    re_path("", Nowhere.as_view(), name="api_nowhere"),
]
