"""Incidents' pages."""

from django.urls import URLPattern, path

from incidents.views import incidents, playbooks, post_mortems

app_name = "incidents"

OF_SERVICE = "services/<slug:slug>/incidents/"
INCIDENT = f"{OF_SERVICE}<int:number>/"
POST_MORTEM = f"{INCIDENT}post-mortem/"

urlpatterns: list[URLPattern] = [
    path("playbooks/", playbooks.overview, name="playbooks"),
    path("incidents/", incidents.listed, name="incidents"),
    path("incidents/waiting/", incidents.waiting, name="incidents_waiting"),
    path("incidents/new/", incidents.choose_service, name="incident_new"),
    path(OF_SERVICE, incidents.service_list, name="service_incidents"),
    path(f"{OF_SERVICE}new/", incidents.declare, name="incident_declare"),
    path(f"{OF_SERVICE}glance/", incidents.of_service, name="incidents_of_service"),
    path(INCIDENT, incidents.detail, name="incident"),
    path(f"{INCIDENT}steps/", incidents.step, name="incident_step"),
    path(f"{INCIDENT}say/", incidents.say, name="incident_say"),
    path(f"{INCIDENT}take-command/", incidents.take_command, name="incident_take_command"),
    *(path(f"{INCIDENT}{what}/", incidents.act, {"what": what}, name=f"incident_{what}") for what in incidents.TITLES),
    path(POST_MORTEM, post_mortems.detail, name="post_mortem"),
    path(f"{POST_MORTEM}begin/", post_mortems.begin, name="post_mortem_begin"),
    path(f"{POST_MORTEM}revise/", post_mortems.revise, name="post_mortem_revise"),
    path(f"{POST_MORTEM}publish/", post_mortems.publish, name="post_mortem_publish"),
    path(f"{POST_MORTEM}reviewed/", post_mortems.confirm, name="post_mortem_confirm"),
    path(f"{POST_MORTEM}compare/", post_mortems.compare, name="post_mortem_compare"),
    path(f"{POST_MORTEM}follow-up/", post_mortems.follow_up, name="post_mortem_follow_up"),
    path(f"{POST_MORTEM}propose/", post_mortems.propose, name="post_mortem_propose"),
]
