"""Readiness' pages: one list a concept, in the order of their prefixes."""

from django.urls import URLPattern, path

from readiness.views import answers, evidence, reviews, signoffs

app_name = "readiness"

REVIEW = "services/<slug:slug>/reviews/<int:number>/"
ITEM = f"{REVIEW}items/<str:key>/"

review_patterns: list[URLPattern] = [
    path("services/<slug:slug>/reviews/start/", reviews.start, name="review_start"),
    path(REVIEW, reviews.detail, name="review"),
    path(f"{REVIEW}close/", reviews.close, name="review_close"),
    path(f"{REVIEW}abandon/", reviews.abandon, name="review_abandon"),
    path(ITEM, answers.card, name="answer"),
    path(f"{ITEM}points/<int:point>/", answers.point, name="answer_point"),
    path(f"{ITEM}rating/", answers.rating, name="answer_rating"),
    path(f"{ITEM}text/", answers.text, name="answer_text"),
    path(f"{ITEM}values/<str:name>/", answers.value, name="answer_value"),
    path(f"{ITEM}guardrails/", answers.guardrail, name="answer_guardrail"),
    path(f"{ITEM}comments/", answers.comment, name="answer_comment"),
    path(f"{ITEM}assignee/", answers.assignee, name="answer_assign"),
    path(f"{ITEM}evidence/", evidence.add, name="evidence_add"),
    path(f"{ITEM}signoff/", signoffs.sign, name="signoff_grant"),
    path(f"{ITEM}signoff/ask/", signoffs.ask, name="signoff_ask"),
    path(f"{ITEM}return/", signoffs.give_back, name="signoff_return"),
    path(f"{ITEM}reopen/", signoffs.reopen, name="signoff_reopen"),
    path("evidence/<uuid:public_id>/", evidence.download, name="evidence_file"),
    path("evidence/<uuid:public_id>/withdraw/", evidence.withdraw, name="evidence_withdraw"),
]

urlpatterns: list[URLPattern] = [
    *review_patterns,
]
