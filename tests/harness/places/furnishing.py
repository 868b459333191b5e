"""Adds what the demonstration has none of, so that every page has something to show."""

import datetime
from decimal import Decimal

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.files.uploadedfile import SimpleUploadedFile

from incidents.actions import alert_rules, alert_sources
from incidents.models import (
    Alert,
    AlertSource,
)
from portal import clock
from portal.access import access_of
from portal.actions import searching, tokens
from portal.models import User
from readiness.actions import absences, drills, findings, recurring_checks
from readiness.actions.drills import Rehearsal
from readiness.models import (
    CheckOccurrence,
    Service,
)
from readiness.rules.check_results import Told
from tests.factories import passkeys
from tests.harness.places.place import (
    COMPLIANCE,
    ENGINEER,
    LEAD,
    RELEASE,
    SERVICE,
    WITH_FACTORS,
    WITHOUT_PASSWORD,
)


def furnish() -> None:
    """Adds what the demonstration has none of, so that every page has something to show."""
    engineer, factors = User.objects.get(email=ENGINEER), User.objects.get(email=WITH_FACTORS)
    tokens.issue(access_of(engineer), name="Pipeline of fraud scoring")
    TOTP.activate(factors, generate_totp_secret())
    RecoveryCodes.activate(factors)
    passkey = {"name": "Work laptop", "passwordless": False, "credential": passkeys.credential()}
    Authenticator.objects.create(user=factors, type=Authenticator.Type.WEBAUTHN, data=passkey)
    nobody = User.objects.get(email=WITHOUT_PASSWORD)
    nobody.set_unusable_password()
    nobody.save()
    today = clock.today_in(engineer.time_zone)
    week = today + datetime.timedelta(days=7)
    absences.enter(access_of(engineer), person=engineer, starts_on=today + datetime.timedelta(days=3), ends_on=week)
    _drill_with_file(engineer)
    _check_with_file(engineer)
    _finding()
    _alert_in_the_tray()
    searching.follow()


def _check_with_file(engineer: User) -> None:
    """The newest check of the service, which runs still."""
    newest = CheckOccurrence.objects.filter(service__slug=SERVICE).latest("opens_at", "pk")
    file = SimpleUploadedFile("flags.txt", b"One flag, explained.")
    told = Told("fail", "One flag, explained on Friday.")
    recurring_checks.answer(access_of(engineer), occurrence=newest, told=told, revision=newest.revision, file=file)


def _finding() -> None:
    compliance, service = User.objects.get(email=COMPLIANCE), Service.objects.get(slug=SERVICE)
    findings.open_finding(
        access_of(compliance), service=service, severity=2, title="No record of deletions", text="Show one month."
    )


def _alert_in_the_tray() -> None:
    lead, service = User.objects.get(email=LEAD), Service.objects.get(slug=SERVICE)
    if not AlertSource.objects.filter(team=service.team).exists():
        alert_sources.make(access_of(lead), team=service.team, name="Alertmanager", kind="alertmanager")
    source = AlertSource.objects.filter(team=service.team, kind="alertmanager")[0]
    terms = alert_rules.Written("Queue too long", {"alertname": "QueueTooLong"})
    alert_rules.make(access_of(lead), service=service, written=terms)
    now = clock.now()
    told = {"source": source, "fingerprint": "tray", "name": "LagHigh", "labels": {"alertname": "LagHigh"}}
    Alert.objects.create(**told, starts_at=now, first_told_at=now, last_told_at=now)


def _drill_with_file(engineer: User) -> None:
    service = Service.objects.get(slug=SERVICE)
    rehearsal = Rehearsal(
        kind="rollback",
        environment=service.environments.get(name="staging"),
        from_version=RELEASE,
        to_version="5.8.0",
        performed_by=engineer,
        performed_at=clock.now() - datetime.timedelta(hours=1),
        result="passed",
        minutes=Decimal("4.5"),
    )
    log = SimpleUploadedFile("drill.txt", b"back on 5.8.0 after 4.5 minutes\n")
    drills.record(access_of(engineer), service=service, rehearsal=rehearsal, file=log)
