"""Routes of the API: the schema, its documentation and what each app offers."""

from django.urls import include, path

urlpatterns = [path("", include("readiness.api.urls"))]
