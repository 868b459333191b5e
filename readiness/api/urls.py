"""Readiness' routes of the API."""

from django.urls import URLPattern, path

from readiness.api.views import (
    action_items,
    decision_records,
    decisions,
    findings,
    gaps,
    gate,
    model_cards,
    recurring_checks,
    releases,
    reviews,
    services,
    waivers,
)

urlpatterns: list[URLPattern] = [
    path("services/", services.Services.as_view(), name="api_services"),
    path("services/<slug:slug>/", services.OneService.as_view(), name="api_service"),
    path("services/<slug:slug>/status", services.ServiceStatusCall.as_view(), name="api_service_status"),
    path("services/<slug:slug>/gate", gate.Gate.as_view(), name="api_service_gate"),
    path("services/<slug:slug>/gaps/", gaps.Gaps.as_view(), name="api_service_gaps"),
    path("services/<slug:slug>/reviews/", reviews.Reviews.as_view(), name="api_reviews"),
    path("reviews/<uuid:review>/items/", reviews.ReviewItems.as_view(), name="api_review_items"),
    path("decisions/", decisions.Decisions.as_view(), name="api_decisions"),
    path("decisions/<uuid:decision>/", decisions.OneDecision.as_view(), name="api_decision"),
    path("decision-records/", decision_records.DecisionRecords.as_view(), name="api_decision_records"),
    path("decision-records/<uuid:record>/", decision_records.OneDecisionRecord.as_view(), name="api_decision_record"),
    path(
        "decision-records/<uuid:record>/act",
        decision_records.DecisionRecordActs.as_view(),
        name="api_decision_record_act",
    ),
    path("checks/", recurring_checks.Checks.as_view(), name="api_checks"),
    path("checks/<uuid:check>/answer", recurring_checks.CheckAnswer.as_view(), name="api_check_answer"),
    path("action-items/", action_items.ActionItems.as_view(), name="api_action_items"),
    path("action-items/<uuid:item>/", action_items.OneActionItem.as_view(), name="api_action_item"),
    path("findings/", findings.Findings.as_view(), name="api_findings"),
    path("findings/<uuid:finding>/", findings.OneFinding.as_view(), name="api_finding"),
    path("waivers/", waivers.Waivers.as_view(), name="api_waivers"),
    path("waivers/<uuid:waiver>/", waivers.OneWaiver.as_view(), name="api_waiver"),
    path("waivers/<uuid:waiver>/settle", waivers.WaiverSettlementCall.as_view(), name="api_waiver_settle"),
    path("waivers/<uuid:waiver>/revoke", waivers.WaiverRevocationCall.as_view(), name="api_waiver_revoke"),
    path("model-cards/", model_cards.ModelCards.as_view(), name="api_model_cards"),
    path("model-cards/<uuid:card>/", model_cards.OneModelCard.as_view(), name="api_model_card"),
    path("model-cards/<uuid:card>/reviewed", model_cards.ModelCardReviewed.as_view(), name="api_model_card_reviewed"),
    path("model-cards/<uuid:card>/readme", model_cards.ModelCardReadme.as_view(), name="api_model_card_readme"),
    path("model-cards/<uuid:card>/markdown", model_cards.ModelCardMarkdown.as_view(), name="api_model_card_markdown"),
    path(
        "model-cards/<uuid:card>/cyclonedx", model_cards.ModelCardCycloneDx.as_view(), name="api_model_card_cyclonedx"
    ),
    path("model-cards/<uuid:card>/pdf", model_cards.ModelCardPdf.as_view(), name="api_model_card_pdf"),
    path("releases/<uuid:release>/deployed", releases.Deployed.as_view(), name="api_release_deployed"),
]
