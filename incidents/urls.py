"""Incidents' pages."""

from django.urls import URLPattern, path

from incidents.views import playbooks

app_name = "incidents"

urlpatterns: list[URLPattern] = [
    path("playbooks/", playbooks.overview, name="playbooks"),
]
