"""The broker on Redis: a worker that loses it while it works goes on without, and connects again."""

from urllib.parse import urlsplit

import pytest
from kombu import Connection

from portal import redis_broker
from tests.harness import programs, servers


@pytest.mark.skipif(programs.find("redis-server") is None, reason="Redis is not on this machine")
def test_a_message_that_was_taken_and_not_acknowledged_stops_no_closing_when_redis_is_gone() -> None:
    port = servers.free_port()
    with servers.redis_server(port) as url:
        lost = Connection(f"{url}/0")
        tasks = lost.SimpleQueue("celery", channel=lost.default_channel)
        tasks.put({"number": 1})
        tasks.get(timeout=10)
        for queue in (tasks, lost.SimpleQueue("orders", channel=lost.channel())):  # a worker listens on two channels
            queue.consumer.channel.brpop_timeout = 60
            with pytest.raises(queue.Empty):
                queue.get(timeout=0.1)
    lost.collect(socket_timeout=1)  # the two steps in which a worker gives a lost connection up
    lost.close()
    with servers.redis_server(port) as url, Connection(f"{url}/0") as again, again.SimpleQueue("celery") as queue:
        queue.put({"number": 2})
        assert queue.get(timeout=10).payload == {"number": 2}


@pytest.mark.parametrize("address", ["redis://redis.example.com:6380/3", "rediss://redis.example.com:6380/3"])
def test_an_address_leads_to_it_and_keeps_its_encryption(address: str) -> None:
    connection = Connection(address)
    assert isinstance(connection.transport, redis_broker.Transport)
    assert bool(connection.ssl) == (urlsplit(address).scheme == "rediss")
