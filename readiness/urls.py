"""Readiness' pages: one list a concept, in the order of their prefixes."""

from django.urls import URLPattern, path, re_path

from readiness.views import (
    absences,
    action_items,
    answers,
    audit_packs,
    batch_signing,
    card_files,
    covering,
    decision_record_files,
    decision_records,
    decisions,
    dependencies,
    documents,
    drills,
    emergencies,
    environments,
    evidence,
    findings,
    gaps,
    handing_over,
    imports,
    live_decisions,
    model_cards,
    my_work,
    ownership,
    portfolio,
    ratings,
    recurring_checks,
    releases,
    reviews,
    served_models,
    service_page,
    services,
    signoffs,
    targets,
    templates,
    timetables,
    waivers,
    way_to_go,
)

app_name = "readiness"

REVIEW = "services/<slug:slug>/reviews/<int:number>/"
ITEM = f"{REVIEW}items/<str:key>/"

registration_patterns: list[URLPattern] = [
    path("services/new/", services.register, name="service_register"),
    path("services/new/applies/", services.applicable, name="service_applicable"),
    path("services/new/slug/", services.proposed_slug, name="service_slug"),
    path("services/import/", imports.upload, name="services_import"),
    path("services/import/confirm/", imports.confirm, name="services_import_confirm"),
    re_path(r"^services/import/(?P<kind>services|owners)\.csv$", imports.file, name="import_file"),
    path("services/<slug:slug>/edit/", services.edit, name="service_edit"),
    path("services/<slug:slug>/tier/", services.confirm_tier, name="tier_confirm"),
    path("services/<slug:slug>/pause/", services.pause, name="service_pause"),
    path("services/<slug:slug>/resume/", services.resume, name="service_resume"),
    path("services/<slug:slug>/retire/", services.retire, name="service_retire"),
]

declaration_patterns: list[URLPattern] = [
    path("services/<slug:slug>/dependencies/", dependencies.overview, name="service_dependencies"),
    path("services/<slug:slug>/dependencies/new/", dependencies.add, name="dependency_add"),
    path("services/<slug:slug>/dependencies/<uuid:public_id>/", dependencies.declare, name="dependency_declare"),
    path("services/<slug:slug>/dependencies/<uuid:public_id>/remove/", dependencies.remove, name="dependency_remove"),
    path("services/<slug:slug>/environments/", environments.overview, name="service_environments"),
    path("services/<slug:slug>/environments/new/", environments.add, name="environment_add"),
    path("services/<slug:slug>/models/", served_models.overview, name="service_models"),
    path("services/<slug:slug>/models/new/", served_models.add, name="model_add"),
    path(
        "services/<slug:slug>/models/<uuid:public_id>/versions/new/",
        served_models.record_version,
        name="model_version_record",
    ),
    path("services/<slug:slug>/targets/", targets.detail, name="service_targets"),
    path("services/<slug:slug>/targets/edit/", targets.change, name="targets_change"),
]

RELEASE = "services/<slug:slug>/releases/<str:label>/"

release_patterns: list[URLPattern] = [
    path("services/<slug:slug>/releases/", releases.overview, name="service_releases"),
    path("services/<slug:slug>/releases/new/", releases.plan, name="release_plan"),
    path(RELEASE, releases.detail, name="release"),
    path(f"{RELEASE}edit/", releases.change, name="release_change"),
    path(f"{RELEASE}cancel/", releases.cancel, name="release_cancel"),
    path(f"{RELEASE}deploy/", releases.deploy, name="release_deploy"),
]

check_patterns: list[URLPattern] = [
    path("checks/", recurring_checks.calendar, name="checks"),
    path("checks/list/", recurring_checks.listed, name="check_list"),
    path("checks/timetables/<slug:slug>/", timetables.of_team, name="timetables"),
    path("checks/<uuid:public_id>/", recurring_checks.detail, name="check"),
    path("checks/<uuid:public_id>/file/", recurring_checks.file, name="check_file"),
    path("checks/<uuid:public_id>/snooze/", recurring_checks.snooze, name="check_snooze"),
]

ACTION_ITEM = "services/<slug:slug>/action-items/<int:number>/"

action_item_patterns: list[URLPattern] = [
    path("action-items/", action_items.listed, name="action_items"),
    path("action-items/board/", action_items.board, name="action_item_board"),
    path("action-items/change/", action_items.change_all, name="action_items_change"),
    path("action-items/<slug:tracker>.csv", action_items.export, name="action_item_export"),
    path("services/<slug:slug>/action-items/new/", action_items.open_one, name="action_item_open"),
    path(ACTION_ITEM, action_items.detail, name="action_item"),
    path(f"{ACTION_ITEM}move/", action_items.move, name="action_item_move"),
]

waiver_patterns: list[URLPattern] = [
    path("waivers/", waivers.listed, name="waivers"),
    path("waivers/waiting/", waivers.waiting, name="waivers_waiting"),
    path("waivers/<uuid:public_id>/", waivers.detail, name="waiver"),
    path("waivers/<uuid:public_id>/settle/", waivers.settle, name="waiver_settle"),
    path("waivers/<uuid:public_id>/withdraw/", waivers.withdraw, name="waiver_withdraw"),
    path("waivers/<uuid:public_id>/revoke/", waivers.revoke, name="waiver_revoke"),
]

finding_patterns: list[URLPattern] = [
    path("templates/", templates.overview, name="templates"),
    path("findings/", findings.listed, name="findings"),
    path("findings/new/", findings.choose_service, name="finding_new"),
    path("findings/waiting/", findings.waiting, name="findings_waiting"),
    path("services/<slug:slug>/findings/new/", findings.open_one, name="finding_open"),
    path("services/<slug:slug>/findings/<int:number>/", findings.detail, name="finding"),
    path("services/<slug:slug>/gaps/", gaps.of_service, name="service_gaps"),
    path("services/<slug:slug>/gaps/heaviest/", gaps.heaviest, name="heaviest_gaps"),
]

CARD = "services/<slug:slug>/model-cards/<uuid:model>/"

document_patterns: list[URLPattern] = [
    path("documents/", model_cards.listed, name="documents"),
    path("documents/waiting/", model_cards.waiting, name="documents_waiting"),
    path("services/<slug:slug>/documents/", documents.of_service, name="service_documents"),
    path(CARD, model_cards.detail, name="model_card"),
    path(f"{CARD}write/", model_cards.begin, name="model_card_begin"),
    path(f"{CARD}revise/", model_cards.revise, name="model_card_revise"),
    path(f"{CARD}reviewed/", model_cards.confirm, name="model_card_confirm"),
    path(f"{CARD}compare/", model_cards.compare, name="model_card_compare"),
    path(f"{CARD}import/", card_files.upload, name="model_card_import"),
    path(f"{CARD}import/confirm/", card_files.confirm, name="model_card_import_confirm"),
    path(f"{CARD}export/pdf/", card_files.printed, name="model_card_pdf"),
    path(f"{CARD}export/<slug:form>/", card_files.export, name="model_card_export"),
]

RECORDS = "services/<slug:slug>/decision-records/"
RECORD = f"{RECORDS}<int:number>/"

decision_record_patterns: list[URLPattern] = [
    path("documents/decision-records/", decision_records.listed, name="decision_records"),
    path(f"{RECORDS}new/", decision_records.propose, name="decision_record_propose"),
    path(f"{RECORDS}import/", decision_record_files.upload, name="decision_records_import"),
    path(f"{RECORDS}import/confirm/", decision_record_files.confirm, name="decision_records_import_confirm"),
    path(f"{RECORDS}decisions.zip", decision_record_files.export_all, name="decision_records_export"),
    path(RECORD, decision_records.detail, name="decision_record"),
    path(f"{RECORD}record.md", decision_record_files.export_one, name="decision_record_export"),
    path(f"{RECORD}record.pdf", decision_record_files.printed, name="decision_record_pdf"),
    path(f"{RECORD}revise/", decision_records.revise, name="decision_record_revise"),
    path(f"{RECORD}compare/", decision_records.compare, name="decision_record_compare"),
    path(f"{RECORD}accept/", decision_records.accept, name="decision_record_accept"),
    path(f"{RECORD}reject/", decision_records.reject, name="decision_record_reject"),
    path(f"{RECORD}deprecate/", decision_records.deprecate, name="decision_record_deprecate"),
    path(f"{RECORD}reviewed/", decision_records.confirm, name="decision_record_confirm"),
]

review_patterns: list[URLPattern] = [
    path("services/<slug:slug>/reviews/start/", reviews.start, name="review_start"),
    path(REVIEW, reviews.detail, name="review"),
    path(f"{REVIEW}present/", reviews.present, name="review_present"),
    path(f"{REVIEW}way/", way_to_go.besides, name="review_way"),
    path(f"{REVIEW}close/", reviews.close, name="review_close"),
    path(f"{REVIEW}use/", covering.use_all, name="answers_cover"),
    path(f"{REVIEW}sign/", batch_signing.sign, name="signoffs_grant"),
    path(f"{REVIEW}abandon/", reviews.abandon, name="review_abandon"),
    path(ITEM, answers.card, name="answer"),
    path(f"{ITEM}points/<int:point>/", answers.point, name="answer_point"),
    path(f"{ITEM}rating/", ratings.rating, name="answer_rating"),
    path(f"{ITEM}text/", ratings.text, name="answer_text"),
    path(f"{ITEM}values/<str:name>/", answers.value, name="answer_value"),
    path(f"{ITEM}guardrails/", answers.guardrail, name="answer_guardrail"),
    path(f"{ITEM}guardrails/<int:guardrail>/remove/", answers.guardrail_remove, name="answer_guardrail_remove"),
    path(f"{ITEM}comments/", answers.comment, name="answer_comment"),
    path(f"{ITEM}assignee/", answers.assignee, name="answer_assign"),
    path(f"{ITEM}use/", covering.use, name="answer_cover"),
    path(f"{ITEM}answered-here/", covering.stop, name="answer_uncover"),
    path(f"{ITEM}evidence/", evidence.add, name="evidence_add"),
    path(f"{ITEM}signoff/", signoffs.sign, name="signoff_grant"),
    path(f"{ITEM}signoff/ask/", signoffs.ask, name="signoff_ask"),
    path(f"{ITEM}waiver/", waivers.ask, name="waiver_ask"),
    path(f"{ITEM}return/", signoffs.give_back, name="signoff_return"),
    path(f"{ITEM}reopen/", signoffs.reopen, name="signoff_reopen"),
    path("evidence/<uuid:public_id>/", evidence.download, name="evidence_file"),
    path("evidence/<uuid:public_id>/withdraw/", evidence.withdraw, name="evidence_withdraw"),
]

overview_patterns: list[URLPattern] = [
    path("", my_work.overview, name="my_work"),
    path("my-work/answered-for/", my_work.answered_for, name="answered_for"),
    path("my-items/", my_work.items, name="my_items"),
    path("my-signoffs/", my_work.signoffs, name="my_signoffs"),
    path("portfolio/", portfolio.overview, name="portfolio"),
    path("portfolio/leadership/", portfolio.leadership, name="leadership"),
    path("portfolio/leadership/gaps/", portfolio.leadership_gaps, name="leadership_gaps"),
]

service_patterns: list[URLPattern] = [
    path("services/<slug:slug>/", service_page.glance, name="service"),
    path("services/<slug:slug>/way/", way_to_go.of_service, name="way_to_go"),
    path("services/<slug:slug>/checks/", service_page.checks, name="service_checks"),
    path("services/<slug:slug>/reviews/", service_page.reviews, name="service_reviews"),
    path("services/<slug:slug>/decisions/", service_page.decisions, name="service_decisions"),
    path("services/<slug:slug>/packs/", service_page.packs, name="service_packs"),
    path("services/<slug:slug>/history/", service_page.events, name="service_history"),
    path("services/<slug:slug>/ownership/", ownership.of_service, name="service_ownership"),
]

ownership_patterns: list[URLPattern] = [
    path("ownership/", ownership.matrix, name="ownership"),
    path("services/<slug:slug>/ownership/<slug:domain>/assign/", ownership.assign, name="ownership_assign"),
    path("services/<slug:slug>/ownership/<uuid:assignment>/vacate/", ownership.vacate, name="ownership_vacate"),
    path("people/hand-over/", handing_over.whose, name="hand_over_whose"),
    path("people/<uuid:person>/hand-over/", handing_over.hand_over, name="hand_over"),
    path("absences/", absences.overview, name="absences"),
    path("absences/<uuid:absence>/deputy/", absences.deputy, name="absence_deputy"),
    path("absences/<uuid:absence>/cancel/", absences.cancel, name="absence_cancel"),
]

pack_patterns: list[URLPattern] = [
    path("audit-packs/", audit_packs.packs, name="packs"),
    path("audit-packs/request/", audit_packs.request_pack, name="pack_request"),
    path("audit-packs/<int:number>/", audit_packs.pack, name="pack"),
    path("audit-packs/<int:number>/<slug:ending>/", audit_packs.download, name="pack_download"),
]

DECISION = "services/<slug:slug>/decisions/<int:number>/"

decision_patterns: list[URLPattern] = [
    path(f"{RELEASE}decide/", decisions.decide, name="decide"),
    path(f"{RELEASE}decide/ask/", decisions.ask, name="decision_ask"),
    path(f"{RELEASE}emergency/", emergencies.emergency, name="emergency"),
    path(DECISION, decisions.detail, name="decision"),
    path(f"{DECISION}withdraw/", live_decisions.withdraw, name="decision_withdraw"),
    path("services/<slug:slug>/live/", live_decisions.decide, name="live"),
    path(f"{DECISION}snapshot.json", decisions.snapshot, name="decision_snapshot"),
    path(f"{DECISION}conditions/<uuid:condition>/meet/", decisions.meet, name="condition_meet"),
    path("services/<slug:slug>/drills/", drills.overview, name="service_drills"),
    path("services/<slug:slug>/drills/record/", drills.record, name="drill_record"),
    path("services/<slug:slug>/drills/<uuid:drill>/file/", drills.download, name="drill_file"),
]

urlpatterns: list[URLPattern] = [
    *registration_patterns,
    *declaration_patterns,
    *release_patterns,
    *overview_patterns,
    *service_patterns,
    *ownership_patterns,
    *pack_patterns,
    *check_patterns,
    *action_item_patterns,
    *waiver_patterns,
    *finding_patterns,
    *document_patterns,
    *decision_record_patterns,
    *review_patterns,
    *decision_patterns,
]
