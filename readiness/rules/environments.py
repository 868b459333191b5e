"""What an environment may be called."""

import re

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LIMIT = 40


def name_refusal(name: str) -> str:
    """What is wrong with an environment's name; empty when it may be used."""
    if not name:
        return "Give it a name, such as production-eu."
    if len(name) > LIMIT:
        return f"This has {len(name)} characters; {LIMIT} is the most."
    if not _NAME.fullmatch(name):
        return "Use small letters a to z, digits and single hyphens between them."
    return ""
