"""The items asked after the go: when they are due, and when one of them fails (catalogue.md; product.md, Decision)."""

import datetime

from readiness.choices import ItemState

DUE_AFTER = datetime.timedelta(hours=24)
"""How long after the release reached production they are to be answered."""

WATCHING = "inference"
"""The domain whose accountable person hears of one that fails, beside the deciders and the lead."""


def due_at(deployed_at: datetime.datetime | None) -> datetime.datetime | None:
    """When they are due, given when the release reached production; None before it did."""
    return deployed_at + DUE_AFTER if deployed_at else None


def fails(was: str, state: str) -> bool:
    """Whether a change of state makes an item fail: it turns red."""
    return state == ItemState.RED and was != ItemState.RED
