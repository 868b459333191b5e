"""A go and a change of what it rests on, at the same moment: never both."""

import threading
import time

import pytest
from django.db import DatabaseError, connections, transaction

from portal.errors import DomainError
from readiness.actions import answers, status
from readiness.models import ItemAnswer
from tests.factories import launches
from tests.factories import reviews as review_factory
from tests.harness.databases import Database

pytestmark = pytest.mark.postgres

PAUSE = 0.5
"""Seconds in which the other one gets as far as the lock."""


def test_an_answer_that_waited_for_a_go_is_locked_by_it(fresh_database: Database) -> None:
    scene = launches.scene()
    answer = review_factory.answer(scene.review, "api.endpoints")
    refusals: list[str] = []

    def rate() -> None:
        try:
            answers.rate(scene.access("engineer"), answer=answer, rating="", version=answer.rating_version)
        except DomainError as refusal:
            refusals.append(refusal.message)
        finally:
            connections.close_all()

    launches.reviewed_for_production(scene)
    with transaction.atomic():
        launches.decide(scene, environment="production")
        other = threading.Thread(target=rate)
        other.start()
        time.sleep(PAUSE)
    other.join()

    assert [words.partition(".")[0] for words in refusals] == ["A go locks the items before it"]
    assert ItemAnswer.objects.get(pk=answer.pk).rating == "green"


def test_a_signature_waits_for_the_status_row_before_it_takes_the_head_of_the_record(fresh_database: Database) -> None:
    """Else an answer, which takes them the other way round, and the signature would wait for each other."""
    scene = launches.scene(signed=False)
    errors: list[Exception] = []

    def sign() -> None:
        try:
            launches.sign(scene, "env.secrets")
        except (DatabaseError, DomainError) as error:
            errors.append(error)
        finally:
            connections.close_all()

    with transaction.atomic():
        status.hold(scene.service)
        other = threading.Thread(target=sign)
        other.start()
        time.sleep(PAUSE)
        launches.rated(scene, "api.endpoints", "")
    other.join()

    assert errors == []
    assert review_factory.answer(scene.review, "env.secrets").is_signed
