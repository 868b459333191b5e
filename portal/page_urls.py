"""Routes of the portal's own pages."""

from django.urls import URLPattern, URLResolver, include, path

from portal.views import (
    audit_trail,
    auth,
    documents,
    notifications,
    outbox,
    people,
    profile,
    search,
    teams,
    tokens,
    unsubscribe,
)

app_name = "portal"

_team = [
    path("", teams.detail, name="team"),
    path("change/", teams.change, name="team_change"),
    path("people/add/", teams.invite, name="membership_add"),
    path("people/<uuid:person>/", teams.membership, name="membership"),
    path("people/<uuid:person>/end/", teams.membership_end, name="membership_end"),
]
_person = [
    path("", people.detail, name="person"),
    path("roles/", people.roles, name="person_roles"),
    path("audit/", people.audit, name="person_audit"),
    path("audit/end/", people.audit_end, name="person_audit_end"),
    path("invite/", people.invite, name="person_invite"),
    path("close/", people.close, name="person_close"),
    path("same/", people.same, name="person_same"),
    path("apart/", people.apart, name="person_apart"),
    path("reopen/", people.reopen, name="person_reopen"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("start/<str:token>/", auth.start, name="start"),
    path("audit-trail/", audit_trail.overview, name="audit_trail"),
    path("audit-trail/verify/", audit_trail.verify, name="record_verify"),
    path("documents/preview/", documents.preview, name="markdown_preview"),
    path("teams/", teams.overview, name="teams"),
    path("teams/add/", teams.add, name="team_add"),
    path("teams/<slug:slug>/", include(_team)),
    path("people/", people.overview, name="people"),
    path("people/add/", people.add, name="person_add"),
    path("people/<uuid:person>/", include(_person)),
    path("tokens/", tokens.overview, name="tokens"),
    path("tokens/make/", tokens.issue, name="token_issue"),
    path("tokens/<uuid:token>/revoke/", tokens.revoke, name="token_revoke"),
    path("profile/", profile.profile, name="profile"),
    path("profile/sessions/end/", profile.end_sessions, name="sessions_end"),
    path("unsubscribe/<str:token>/", unsubscribe.confirm, name="unsubscribe"),
    path("search/", search.results, name="search"),
    path("notifications/", notifications.overview, name="notifications"),
    path("notifications/read/", notifications.read_all, name="notifications_read"),
    path("notifications/<uuid:notice>/", notifications.open_one, name="notification_open"),
    path("administration/outbox/", outbox.overview, name="outbox"),
    path("administration/outbox/<uuid:message>/", outbox.message, name="outbox_message"),
    path("administration/outbox/<uuid:message>/again/", outbox.send_again, name="outbox_send_again"),
]
