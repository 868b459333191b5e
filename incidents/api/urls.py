"""Incidents' routes of the API."""

from django.urls import URLPattern, path

from incidents.api.views import alert_posts, alerts, incidents, playbooks, post_mortems, proposals, responding, runbooks

urlpatterns: list[URLPattern] = [
    path("alerts/", alerts.Alerts.as_view(), name="api_alerts"),
    path("alerts/told/<uuid:alert>/", alerts.OneAlert.as_view(), name="api_alert"),
    path("alerts/told/<uuid:alert>/end", alerts.EndAlert.as_view(), name="api_alert_end"),
    path("alert-sources/", alerts.AlertSources.as_view(), name="api_alert_sources"),
    path("alert-sources/<uuid:source>/", alerts.OneAlertSource.as_view(), name="api_alert_source"),
    path("alert-sources/<uuid:source>/try-again", alerts.TryAgain.as_view(), name="api_alert_source_try_again"),
    path("alert-rules/", alerts.AlertRules.as_view(), name="api_alert_rules"),
    path("alert-rules/<uuid:rule>/", alerts.OneAlertRule.as_view(), name="api_alert_rule"),
    path("alerts/<uuid:source>/", alert_posts.AlertPosts.as_view(), name="api_alert_posts"),
    path("runbooks/", runbooks.Runbooks.as_view(), name="api_runbooks"),
    path("runbooks/<uuid:runbook>/", runbooks.OneRunbook.as_view(), name="api_runbook"),
    path("runbooks/<uuid:runbook>/pdf", runbooks.RunbookPdf.as_view(), name="api_runbook_pdf"),
    path("runbooks/<uuid:runbook>/act", runbooks.RunbookActs.as_view(), name="api_runbook_act"),
    path("runbooks/<uuid:runbook>/drills", runbooks.RunbookDrills.as_view(), name="api_runbook_drills"),
    path("services/<slug:slug>/playbooks/", playbooks.ServicePlaybooks.as_view(), name="api_service_playbooks"),
    path("services/<slug:slug>/playbooks/<str:key>/", playbooks.ServicePlaybook.as_view(), name="api_service_playbook"),
    path(
        "services/<slug:slug>/playbooks/<str:key>/use-shipped",
        playbooks.ServicePlaybookReturn.as_view(),
        name="api_service_playbook_use_shipped",
    ),
    path("incidents/", incidents.Incidents.as_view(), name="api_incidents"),
    path("incidents/<uuid:incident>/", incidents.OneIncident.as_view(), name="api_incident"),
    path("incidents/<uuid:incident>/move", incidents.IncidentMove.as_view(), name="api_incident_move"),
    path("incidents/<uuid:incident>/steps/", responding.IncidentSteps.as_view(), name="api_incident_steps"),
    path("incidents/<uuid:incident>/steps/<int:number>", responding.IncidentStep.as_view(), name="api_incident_step"),
    path("incidents/<uuid:incident>/timeline/", responding.IncidentTimeline.as_view(), name="api_incident_timeline"),
    path("incidents/<uuid:incident>/updates", responding.IncidentUpdate.as_view(), name="api_incident_update"),
    path("post-mortems/", post_mortems.PostMortems.as_view(), name="api_post_mortems"),
    path("post-mortems/<uuid:post_mortem>/", post_mortems.OnePostMortem.as_view(), name="api_post_mortem"),
    path(
        "post-mortems/<uuid:post_mortem>/publish",
        post_mortems.PostMortemPublish.as_view(),
        name="api_post_mortem_publish",
    ),
    path("post-mortems/<uuid:post_mortem>/pdf", post_mortems.PostMortemPdf.as_view(), name="api_post_mortem_pdf"),
    path("proposals/", proposals.Proposals.as_view(), name="api_proposals"),
    path("proposals/<uuid:proposal>/", proposals.OneProposal.as_view(), name="api_proposal"),
    path("proposals/<uuid:proposal>/accept", proposals.ProposalAccept.as_view(), name="api_proposal_accept"),
    path("proposals/<uuid:proposal>/decline", proposals.ProposalDecline.as_view(), name="api_proposal_decline"),
    path("proposals/<uuid:proposal>/services/", proposals.ProposalServices.as_view(), name="api_proposal_services"),
]
