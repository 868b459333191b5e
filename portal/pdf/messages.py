"""The talk between the portal and its rendering process: JSON and bytes with their lengths, never pickles.

A message is a line of JSON, whose `sizes` say how many blobs follow and how long each is, and then the blobs.
"""

import json
from collections.abc import Sequence
from typing import Any, BinaryIO


def send(stream: BinaryIO, head: dict[str, Any], blobs: Sequence[bytes] = ()) -> None:
    """Write one message and let it go."""
    stream.write(json.dumps({**head, "sizes": [len(blob) for blob in blobs]}).encode() + b"\n")
    stream.writelines(blobs)
    stream.flush()


def receive(stream: BinaryIO) -> tuple[dict[str, Any], list[bytes]] | None:
    """The next message, or None where the other side has ended (also in the middle of a message)."""
    line = stream.readline()
    if not line.endswith(b"\n"):
        return None
    head: dict[str, Any] = json.loads(line)
    blobs = [stream.read(size) for size in head["sizes"]]
    if [len(blob) for blob in blobs] != head["sizes"]:
        return None
    return head, blobs
