"""What Django says by itself at a field, in the words of the rest of the interface."""

from django.core.validators import MaxLengthValidator
from django.forms import Field

TOO_LONG = "This has %(show_value)d characters; %(limit_value)d is the most."
"""As `rules.texts.refusal` says it: a field that knows its limit and the rule behind it speak alike."""
MISSING = "This is missing."
"""Where a field has no words of its own that say what it needs."""


def speak() -> None:
    """Puts our words in the place of Django's. Called once, at the start, before any form is declared."""
    MaxLengthValidator.message = TOO_LONG
    Field.default_error_messages["required"] = MISSING
