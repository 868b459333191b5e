"""The broker in a folder: nobody ever reads half a message, and one that is broken stops nobody."""

import threading
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from django.conf import settings
from kombu import Connection

from portal.celery import app

MANY = 1500


def connected(folder: Path) -> Any:
    options = {name: str(folder) for name in ("data_folder_in", "data_folder_out")}
    options |= {"control_folder": str(folder / "control"), "polling_interval": 0.01}
    return Connection("filesystem://localhost", transport="portal.file_broker:Transport", transport_options=options)


def test_what_is_written_while_somebody_reads_arrives_whole(tmp_path: Path) -> None:
    def write() -> None:
        with connected(tmp_path) as mine, mine.SimpleQueue("celery") as queue:
            for number in range(MANY):
                queue.put({"number": number, "padding": "x" * 20_000})

    writer = threading.Thread(target=write)
    found = []
    with connected(tmp_path) as mine, mine.SimpleQueue("celery") as queue:
        writer.start()  # once the queue is known: kombu says it once in a process, whichever thread comes first
        while len(found) < MANY:
            message = queue.get(timeout=20)
            found.append(message.payload["number"])
            message.ack()
    writer.join()
    assert sorted(found) == list(range(MANY))


def test_a_broken_message_is_left_out_and_the_next_one_arrives(tmp_path: Path) -> None:
    (tmp_path / "0_cut-short.pdf.msg").write_text("")
    with connected(tmp_path) as mine, mine.SimpleQueue("pdf") as queue:  # kombu knows a queue once in a process
        queue.put({"number": 1})
        assert queue.get(timeout=10).payload == {"number": 1}
        with pytest.raises(Empty):
            queue.get(timeout=0.2)


def test_the_portal_uses_it_where_there_is_no_redis_and_only_there() -> None:
    expected = "portal.redis_broker" if settings.REDIS_URL else "portal.file_broker"
    with app.connection_for_write() as connection:
        assert type(connection.transport).__module__ == expected
