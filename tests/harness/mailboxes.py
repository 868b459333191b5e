"""A mail server that keeps what it is sent, in threads of this process, on the loopback address alone.

It speaks as much SMTP as a client needs. It can be away for a while, and a test can look into it at the worst moment:
when it has a mail and has not said so yet.
"""

import contextlib
import email
import email.policy
import socketserver
import threading
from collections.abc import Callable, Iterator
from email.message import EmailMessage

from tests.harness import servers


class Mailbox:
    """What arrived, in the order of arrival; `before_saying_so` is called with each mail before it is acknowledged.

    Mail to an address that is `refused` is refused for good.
    """

    def __init__(self) -> None:
        self.port = servers.free_port()
        self.messages: list[EmailMessage] = []
        self.before_saying_so: Callable[[EmailMessage], None] = lambda _mail: None
        self.refused: set[str] = set()
        self._server: _Server | None = None

    @property
    def url(self) -> str:
        """What the portal's EMAIL_URL says."""
        return f"smtp://{servers.HOST}:{self.port}"

    def to(self, address: str) -> list[EmailMessage]:
        """The mails that one person got."""
        return [mail for mail in list(self.messages) if mail["To"] == address]

    def open(self) -> None:
        """Be there."""
        self._server = _Server((servers.HOST, self.port), _Talk)
        self._server.mailbox = self
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        """Be away: whoever calls is refused."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def take(self, content: bytes) -> None:
        """Keep a mail."""
        mail = email.message_from_bytes(content, policy=email.policy.default)
        self.messages.append(mail)
        self.before_saying_so(mail)


@contextlib.contextmanager
def mailbox() -> Iterator[Mailbox]:
    """A mail server for the length of the block."""
    one = Mailbox()
    one.open()
    try:
        yield one
    finally:
        one.close()


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    mailbox: Mailbox


class _Talk(socketserver.StreamRequestHandler):
    """One conversation. A client that dies in the middle of it ends it."""

    server: _Server

    def handle(self) -> None:
        with contextlib.suppress(ConnectionError):
            self._say("220 ready")
            while line := self.rfile.readline().decode(errors="replace").strip():
                command = line.partition(" ")[0].upper()
                if command == "QUIT":
                    self._say("221 bye")
                    return
                if command == "DATA":
                    self._say("354 go on")
                    self.server.mailbox.take(self._content())
                refused = command == "RCPT" and any(address in line for address in self.server.mailbox.refused)
                self._say("550 nobody here" if refused else "250 ok")

    def _content(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                raise ConnectionAbortedError("The client left before the end of its mail, which is none.")
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"".join(lines)

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())
