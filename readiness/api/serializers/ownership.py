"""The shapes of who answers for which domain of a service, and of naming somebody."""

from typing import Any

from rest_framework import serializers

from portal.api.strictness import Input
from portal.canonical import utc_text
from readiness.actions.ownership import REASON_LENGTH
from readiness.choices import AssignmentRole
from readiness.models import Assignment
from readiness.queries.ownership import Hold, MatrixRow


class HolderShape(serializers.Serializer[Any]):
    """Somebody who holds a domain, and since when."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    email = serializers.EmailField()
    since = serializers.DateTimeField()


class DomainShape(serializers.Serializer[Any]):
    """One domain: exactly one person is accountable, any number support."""

    domain = serializers.CharField()
    title = serializers.CharField()
    applies = serializers.BooleanField()
    reason = serializers.CharField(allow_blank=True, help_text="Why it does not apply.")
    is_hole = serializers.BooleanField(help_text="It applies, and nobody is accountable.")
    accountable = HolderShape(allow_null=True)
    supporting = HolderShape(many=True)
    away_until = serializers.DateField(allow_null=True, help_text="Of who is accountable and away now.")
    deputy = serializers.CharField(allow_null=True)
    vacant_since = serializers.DateTimeField(allow_null=True)


class OwnershipShape(serializers.Serializer[Any]):
    """A service’s owner and the holders of its domains."""

    service = serializers.SlugField()
    name = serializers.CharField()
    owner = serializers.CharField()
    holes = serializers.IntegerField()
    warning = serializers.CharField(allow_blank=True, help_text="Where one person holds everything.")
    domains = DomainShape(many=True)


class AssignmentInput(Input):
    """Who holds the domain from now on; whoever was accountable is replaced."""

    person = serializers.EmailField()
    role = serializers.ChoiceField(choices=AssignmentRole.values, required=False, default=AssignmentRole.ACCOUNTABLE)


class VacateInput(Input):
    """Who holds it no longer, and why."""

    person = serializers.EmailField()
    reason = serializers.CharField(max_length=REASON_LENGTH)


def ownership(row: MatrixRow) -> dict[str, Any]:
    """A row of the matrix as it goes out."""
    return {
        "service": row.service.slug,
        "name": row.service.name,
        "owner": row.service.owner.name,
        "holes": row.holes,
        "warning": row.warning,
        "domains": [_domain(hold) for hold in row.holds],
    }


def _domain(hold: Hold) -> dict[str, Any]:
    return {
        "domain": hold.domain.key,
        "title": hold.domain.title,
        "applies": hold.applies,
        "reason": "" if hold.applies else hold.reason,
        "is_hole": hold.is_hole,
        "accountable": _holder(hold.accountable) if hold.accountable else None,
        "supporting": [_holder(held) for held in hold.supporting],
        "away_until": hold.away.ends_on.isoformat() if hold.away and hold.away.ends_on else None,
        "deputy": hold.away.deputy.name if hold.away and hold.away.deputy else None,
        "vacant_since": utc_text(hold.vacant_since) if hold.vacant_since else None,
    }


def _holder(held: Assignment) -> dict[str, Any]:
    person = held.person
    return {
        "id": str(person.public_id),
        "name": person.name,
        "email": person.email,
        "since": utc_text(held.since),
    }
