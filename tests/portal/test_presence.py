"""Who else is there."""

import datetime

import pytest

from portal import clock, presence
from tests.factories import portal

pytestmark = pytest.mark.django_db


def names(place: str, person, after: datetime.timedelta = datetime.timedelta()) -> list[str]:
    return [present.name for present in presence.seen(place, person, clock.now() + after)]


def test_each_sees_the_other_and_nobody_sees_themselves() -> None:
    ana, ben = portal.person("Ana"), portal.person("Ben")

    assert names("review:1", ana) == []
    assert names("review:1", ben) == ["Ana"]
    assert names("review:1", ana) == ["Ben"]
    assert names("review:2", ana) == []


def test_who_is_not_seen_again_is_gone() -> None:
    ana, ben = portal.person("Ana"), portal.person("Ben")
    names("review:3", ana)

    assert names("review:3", ben, presence.SEEN_EVERY) == ["Ana"]
    assert names("review:3", ben, presence.GONE_AFTER) == []
