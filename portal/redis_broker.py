"""The broker on Redis: kombu's own, but a worker that loses Redis in the middle of its work outlives it.

Kombu closes a lost connection twice. Where a message was not acknowledged yet, the second closing asks for the address
of a connection that is no longer there, and that ends the worker. Here it is told what is true, that there is no
connection: kombu expects that at this place and goes on, and the worker connects again.
"""

from typing import Any

from kombu.transport import redis
from redis.exceptions import ConnectionError as NotConnected


class Channel(redis.Channel):
    """A channel that knows when its connection was given up."""

    def _connparams(self, asynchronous: bool = False) -> dict[str, Any]:
        """Says how to reach the server; raises NotConnected once the connection was closed."""
        if self.connection.client is None:
            raise NotConnected("This connection was closed.")
        parameters: dict[str, Any] = super()._connparams(asynchronous=asynchronous)  # type: ignore[misc]  # not in its stubs
        return parameters


class Transport(redis.Transport):
    """Gives such channels."""

    Channel = Channel
