"""Readiness' routes of the API."""

from django.urls import URLPattern, path

from readiness.api.views import gate, recurring_checks, releases, services

urlpatterns: list[URLPattern] = [
    path("services/", services.Services.as_view(), name="api_services"),
    path("services/<slug:slug>/", services.OneService.as_view(), name="api_service"),
    path("services/<slug:slug>/status", services.ServiceStatusCall.as_view(), name="api_service_status"),
    path("services/<slug:slug>/gate", gate.Gate.as_view(), name="api_service_gate"),
    path("checks/", recurring_checks.Checks.as_view(), name="api_checks"),
    path("checks/<uuid:check>/answer", recurring_checks.CheckAnswer.as_view(), name="api_check_answer"),
    path("releases/<uuid:release>/deployed", releases.Deployed.as_view(), name="api_release_deployed"),
]
