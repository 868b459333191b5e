"""Incidents' pages."""

from django.urls import URLPattern, path

from incidents.views import alert_rules, alert_sources, alerts, incidents, playbooks, post_mortems, proposals, runbooks
from incidents.views.incident_acts import ACTS

app_name = "incidents"

OF_SERVICE = "services/<slug:slug>/incidents/"
INCIDENT = f"{OF_SERVICE}<int:number>/"
POST_MORTEM = f"{INCIDENT}post-mortem/"
PROPOSAL = f"{POST_MORTEM}proposals/<uuid:proposal>/"
PLAYBOOK = "services/<slug:slug>/playbooks/<str:key>/"
RUNBOOK = "services/<slug:slug>/runbooks/<int:number>/"

urlpatterns: list[URLPattern] = [
    path("services/<slug:slug>/playbooks/", playbooks.listed, name="service_playbooks"),
    path(PLAYBOOK, playbooks.of_service, name="service_playbook"),
    path(f"{PLAYBOOK}adapt/", playbooks.adapt, name="playbook_adapt"),
    path(f"{PLAYBOOK}as-shipped/", playbooks.use_shipped, name="playbook_use_shipped"),
    path("playbooks/", playbooks.overview, name="playbooks"),
    path("documents/runbooks/", runbooks.listed, name="runbooks"),
    path("documents/runbooks/waiting/", runbooks.waiting, name="runbooks_waiting"),
    path("services/<slug:slug>/runbooks/", runbooks.of_service, name="service_runbooks"),
    path("services/<slug:slug>/runbooks/write/", runbooks.begin, name="runbook_begin"),
    path(RUNBOOK, runbooks.detail, name="runbook"),
    path(f"{RUNBOOK}runbook.pdf", runbooks.printed, name="runbook_pdf"),
    path(f"{RUNBOOK}revise/", runbooks.revise, name="runbook_revise"),
    path(f"{RUNBOOK}reviewed/", runbooks.confirm, name="runbook_confirm"),
    path(f"{RUNBOOK}compare/", runbooks.compare, name="runbook_compare"),
    path(f"{RUNBOOK}retire/", runbooks.retire, name="runbook_retire"),
    path(f"{RUNBOOK}bring-back/", runbooks.bring_back, name="runbook_bring_back"),
    path(f"{RUNBOOK}drill/", runbooks.drill, name="runbook_drill"),
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
    *(path(f"{INCIDENT}{what}/", incidents.act, {"what": what}, name=f"incident_{what}") for what in ACTS),
    path(POST_MORTEM, post_mortems.detail, name="post_mortem"),
    path(f"{POST_MORTEM}begin/", post_mortems.begin, name="post_mortem_begin"),
    path(f"{POST_MORTEM}revise/", post_mortems.revise, name="post_mortem_revise"),
    path(f"{POST_MORTEM}publish/", post_mortems.publish, name="post_mortem_publish"),
    path(f"{POST_MORTEM}reviewed/", post_mortems.confirm, name="post_mortem_confirm"),
    path(f"{POST_MORTEM}pdf/", post_mortems.printed, name="post_mortem_pdf"),
    path(f"{POST_MORTEM}compare/", post_mortems.compare, name="post_mortem_compare"),
    path(f"{POST_MORTEM}follow-up/", post_mortems.follow_up, name="post_mortem_follow_up"),
    path(f"{POST_MORTEM}propose/", proposals.propose, name="post_mortem_propose"),
    path("proposals/<uuid:proposal>/accept/", proposals.accept, name="proposal_accept"),
    path("proposals/<uuid:proposal>/decline/", proposals.decline, name="proposal_decline"),
    path(f"{PROPOSAL}asked/", proposals.asked, name="proposal_asked"),
    path("alerts/", alerts.overview, name="alerts"),
    path("alerts/all/", alerts.listed, name="alerts_all"),
    path("alerts/sources/", alert_sources.overview, name="alert_sources"),
    path("alerts/sources/new/", alert_sources.make, name="alert_source_make"),
    path("alerts/sources/<uuid:source>/", alert_sources.detail, name="alert_source"),
    path("alerts/sources/<uuid:source>/try-again/", alert_sources.try_again, name="alert_source_try_again"),
    path("alerts/sources/<uuid:source>/revoke/", alert_sources.revoke, name="alert_source_revoke"),
    path("alerts/waiting/", alerts.waiting, name="alerts_waiting"),
    path("alerts/<uuid:alert>/", alerts.detail, name="alert"),
    path("alerts/<uuid:alert>/join/", alerts.join, name="alert_join"),
    path("alerts/<uuid:alert>/end/", alerts.end, name="alert_end"),
    path("alerts/<uuid:alert>/match/", alerts.match, name="alert_match"),
    path("alerts/<uuid:alert>/leave-out/", alerts.leave_out, name="alert_leave_out"),
    path("services/<slug:slug>/alert-rules/new/", alert_rules.make, name="alert_rule_make"),
    path("services/<slug:slug>/alert-rules/<uuid:rule>/", alert_rules.detail, name="alert_rule"),
    path("services/<slug:slug>/alert-rules/<uuid:rule>/end/", alert_rules.end, name="alert_rule_end"),
    path("services/<slug:slug>/alert-rules/<uuid:rule>/reviewed/", alert_rules.review, name="alert_rule_review"),
]
