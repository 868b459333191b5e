"""Incidents' routes of the API."""

from django.urls import URLPattern, path

from incidents.api.views import alert_posts

urlpatterns: list[URLPattern] = [
    path("alerts/<uuid:source>/", alert_posts.AlertPosts.as_view(), name="api_alert_posts"),
]
