"""A service's tier as a card: why it has it, who confirmed it, and the button for who may."""

from typing import Any

from django import template
from django.template.context import Context

from portal.permissions import Access, Capability
from readiness.models import Service
from readiness.queries import services

register = template.Library()


@register.inclusion_tag("readiness/services/_tier.html", takes_context=True)
def tier_card(context: Context, service: Service) -> dict[str, Any]:
    """The card, for who looks at the page: at most two statements, none once the tier is confirmed by one of us."""
    access: Access | None = context.get("access")
    waits = service.tier_confirmed_by_id is None
    may = waits and access is not None and access.can(Capability.TIER_CONFIRM, service.scope.team_id)
    declarer = services.tier_declared_by(service) if may else None
    is_own = declarer is not None and access is not None and declarer.identity == access.person.identity
    return {
        "service": service,
        "may_confirm": may and not is_own,
        "is_own": may and is_own,
        "csrf_token": context.get("csrf_token"),
    }
