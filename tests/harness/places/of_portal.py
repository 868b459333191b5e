"""The places of people, teams, mails and the record."""

from collections.abc import Iterator

from allauth.mfa.models import Authenticator
from django.urls import reverse

from portal import password_links, unsubscribing
from portal.models import Notification, OutboxMessage, Team, User
from tests.harness.places.place import ADMINISTRATOR, COMPLIANCE, ENGINEER, LEAD, WITH_FACTORS, WITHOUT_PASSWORD, Place


def everywhere() -> Iterator[Place]:
    """Every place that any such portal has."""
    yield from _entrance()
    yield from _own()
    yield from _second_factors()
    yield from _teams_and_people()
    yield from _administration()


def _entrance() -> Iterator[Place]:
    yield Place("healthz", reverse("healthz"), None, "api")
    yield Place("readyz", reverse("readyz"), None, "api")
    for name in (
        "account_login",
        "account_inactive",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key_done",
    ):
        yield Place(name, reverse(name), None)
    invited = password_links.link_for(User.objects.get(email=WITHOUT_PASSWORD))
    yield Place("account_reset_password_from_key", invited, None)
    leaving = unsubscribing.path_for(User.objects.get(email=ENGINEER))
    yield Place("unsubscribe", leaving, None)
    yield Place("account_logout", reverse("account_logout"), ENGINEER)


def _own() -> Iterator[Place]:
    yield Place("profile", reverse("portal:profile"), LEAD)
    yield Place("search", f"{reverse('portal:search')}?q=rollback", LEAD, "list")
    yield Place("notifications", reverse("portal:notifications"), LEAD, "list")
    notice = Notification.objects.filter(recipient__email=LEAD).exclude(url="")[0]
    yield Place(
        "notification_open", reverse("portal:notification_open", args=[notice.public_id]), LEAD, "led on", status=302
    )
    yield Place("tokens", reverse("portal:tokens"), ENGINEER, "list")
    yield Place("token_issue", reverse("portal:token_issue"), ENGINEER)
    token = User.objects.get(email=ENGINEER).auth_token_set.all()[0]
    yield Place("token_revoke", reverse("portal:token_revoke", args=[token.public_id]), ENGINEER)
    yield Place("account_change_password", reverse("account_change_password"), ENGINEER)
    yield Place("account_set_password", reverse("account_set_password"), WITHOUT_PASSWORD)
    yield Place("account_reauthenticate", reverse("account_reauthenticate"), ENGINEER)


def _second_factors() -> Iterator[Place]:
    for name in (
        "mfa_index",
        "mfa_reauthenticate",
        "mfa_list_webauthn",
        "mfa_deactivate_totp",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
    ):
        yield Place(name, reverse(name), WITH_FACTORS, proven=name != "mfa_reauthenticate")
    yield Place("mfa_add_webauthn", reverse("mfa_add_webauthn"), WITH_FACTORS, proven=True)
    yield Place("mfa_reauthenticate_webauthn", reverse("mfa_reauthenticate_webauthn"), WITH_FACTORS)
    yield Place("mfa_activate_totp", reverse("mfa_activate_totp"), ENGINEER, proven=True)
    codes = reverse("mfa_download_recovery_codes")
    yield Place("mfa_download_recovery_codes", codes, WITH_FACTORS, "file", proven=True)
    passkey = Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN)
    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        yield Place(name, reverse(name, args=[passkey.pk]), WITH_FACTORS, proven=True)


def _teams_and_people() -> Iterator[Place]:
    team, person = Team.objects.get(slug="payments-risk"), User.objects.get(email=ENGINEER)
    yield Place("teams", reverse("portal:teams"), LEAD, "list")
    yield Place("team_add", reverse("portal:team_add"), ADMINISTRATOR)
    yield Place("team", reverse("portal:team", args=[team.slug]), LEAD)
    for name in ("team_change", "membership_add"):
        yield Place(name, reverse(f"portal:{name}", args=[team.slug]), LEAD)
    for name in ("membership", "membership_end"):
        yield Place(name, reverse(f"portal:{name}", args=[team.slug, person.public_id]), LEAD)
    yield Place("people", reverse("portal:people"), ADMINISTRATOR, "list")
    yield Place("person_add", reverse("portal:person_add"), ADMINISTRATOR)
    for name in ("person", "person_roles", "person_audit", "person_close", "person_same", "person_apart"):
        yield Place(name, reverse(f"portal:{name}", args=[person.public_id]), ADMINISTRATOR)


def _administration() -> Iterator[Place]:
    message = OutboxMessage.objects.all()[0]
    yield Place("outbox", reverse("portal:outbox"), ADMINISTRATOR, "list")
    yield Place("outbox_message", reverse("portal:outbox_message", args=[message.public_id]), ADMINISTRATOR)
    yield Place("audit_trail", reverse("portal:audit_trail"), COMPLIANCE, "list")
    yield Place("api_docs", reverse("api_docs"), ENGINEER)
    yield Place("api_docs_part", reverse("api_docs_part", args=["reviews"]), ENGINEER)
    yield Place("api_trial", reverse("api_trial"), ENGINEER)
    yield Place("playbooks", reverse("incidents:playbooks"), ENGINEER)
    yield Place("templates", reverse("readiness:templates"), ENGINEER)
