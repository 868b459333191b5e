"""What the tests of actions share: the events that they leave."""

from collections.abc import Callable

import pytest
from django.db.models import Max

from portal.models import AuditEvent

Events = Callable[[], list[AuditEvent]]


@pytest.fixture
def events(db: None) -> Events:
    """Gives the events of this test, oldest first; what the catalogue left before is not among them."""
    before = AuditEvent.objects.aggregate(last=Max("number"))["last"] or 0
    return lambda: list(AuditEvent.objects.filter(number__gt=before).order_by("number"))
