"""What can go wrong by the rules of the product; mapped once to pages and once to API problems."""

from collections.abc import Mapping, Sequence


class DomainError(Exception):
    """A rule refuses the change. `errors` names the fields it came from; the key "" is the form as a whole."""

    status = 422
    code = "refused"

    def __init__(self, message: str, errors: Mapping[str, Sequence[str]] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.errors: dict[str, list[str]] = {key: list(value) for key, value in (errors or {"": [message]}).items()}

    @staticmethod
    def of(errors: Mapping[str, Sequence[str]]) -> "DomainError":
        """The refusal of these fields: its message is their first sentence. `errors` is never empty."""
        return DomainError(next(iter(errors.values()))[0], errors)


class NotPermitted(DomainError):
    """The person may see the thing but may not do this to it."""

    status = 403
    code = "not-permitted"


class Conflict(DomainError):
    """Somebody else changed it in between; `saved` is what stands in the record now."""

    status = 412
    code = "conflict"

    def __init__(self, message: str, *, field: str = "", saved: object = None, saved_by: str = "") -> None:
        super().__init__(message, {field: [message]})
        self.field = field
        self.saved = saved
        self.saved_by = saved_by


class VersionNeeded(DomainError):
    """A change says what it was made from: without that nothing is overwritten."""

    status = 428
    code = "version-needed"


class ProofNeeded(DomainError):
    """The act needs a fresh proof of identity."""

    status = 403
    code = "proof-needed"


class RecordUnavailable(Exception):
    """The audit record could not be written, so nothing was changed. It may be asked again after `retry_after`."""

    status = 503
    code = "record-unavailable"
    retry_after = 5
    """Seconds."""
