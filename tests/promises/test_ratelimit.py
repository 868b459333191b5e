"""R37: guessing is capped, whichever way and however many at once."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from portal.models import User
from tests.factories import portal as make
from tests.harness.databases import Database
from tests.harness.results import tell

PROCESSES = 4
MOST_EVALUATED = 10
WRONG = "do not belong together"


def guess_passwords(process: int, emails: list[str], guesses: int) -> int:
    """In a process of its own: guess, and say how many guesses were looked at."""
    evaluated = 0
    for number in range(guesses):
        login = emails[(process * guesses + number) % len(emails)]
        answer = Client(SERVER_NAME="localhost").post(
            "/sign-in/", {"login": login, "password": f"guess {process} {number}"}
        )
        evaluated += WRONG in answer.content.decode()
    return evaluated


@pytest.mark.long
def test_of_two_hundred_guesses_at_one_account_ten_are_looked_at(
    fresh_database: Database, in_processes: Callable[..., list[Any]]
) -> None:
    make.person(email="li@example.com")
    counts = in_processes(f"{__name__}:guess_passwords", ["li@example.com"], 50, processes=PROCESSES)
    evaluated = sum(counts)
    assert evaluated > 0
    tell("R37", f"{evaluated} of {PROCESSES * 50} per account", MOST_EVALUATED, kept=evaluated <= MOST_EVALUATED)


@pytest.mark.long
def test_of_a_hundred_guesses_from_one_address_ten_are_looked_at(
    fresh_database: Database, in_processes: Callable[..., list[Any]]
) -> None:
    emails = [make.person(email=f"p{number}@example.com").email for number in range(100)]
    evaluated = sum(in_processes(f"{__name__}:guess_passwords", emails, 25, processes=PROCESSES))
    assert User.objects.count() >= 100
    tell("R37", f"{evaluated} of {PROCESSES * 25} per address", MOST_EVALUATED, kept=evaluated <= MOST_EVALUATED)
