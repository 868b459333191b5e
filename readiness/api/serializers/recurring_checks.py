"""The shapes of a recurring check: one that is owed or was, and what a tool says of it."""

import datetime
from typing import Any

from rest_framework import serializers

from portal.api.fields import Moment, Upload, Version
from portal.api.strictness import Input
from portal.canonical import utc_text
from readiness.actions.recurring_checks import LONGEST_REASON
from readiness.choices import Cadence, CheckResult
from readiness.models import CheckOccurrence
from readiness.queries import check_calendar
from readiness.rules.check_results import LONGEST_LINK, LONGEST_NOTE, Told

RESULTS = [CheckResult.PASS.value, CheckResult.FAIL.value, CheckResult.NOT_DONE.value]
STATES = {
    "done": "done",
    "failed": "failed",
    "missed": "missed",
    "late": "late",
    "due": "open",
    "reason": "not-done",
    "na": "not-owed",
}


class CheckShape(serializers.Serializer[Any]):
    """One check of one service and period."""

    id = serializers.UUIDField()
    service = serializers.SlugField()
    check = serializers.CharField(help_text="Its key in the catalogue, such as `weekly.cost-trend`.")
    title = serializers.CharField()
    cadence = serializers.ChoiceField(choices=Cadence.values)
    period = serializers.CharField(help_text="`2026-W47`, `2026-11` or `2026-Q4`.")
    opens_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    state = serializers.ChoiceField(choices=list(STATES.values()))
    note = serializers.CharField(allow_blank=True)
    link = serializers.CharField(allow_blank=True)
    values = serializers.DictField(child=serializers.CharField(), help_text="Numbers by name, as text.")
    done_by = serializers.CharField(allow_blank=True)
    done_at = serializers.DateTimeField(allow_null=True)
    revision = serializers.IntegerField(help_text="Send it back with an answer.")


class AnswerInput(Input):
    """What came of a check. `revision` is the one you saw: somebody faster is never overwritten."""

    result = serializers.ChoiceField(choices=RESULTS)
    note = serializers.CharField(required=False, default="", allow_blank=True, max_length=LONGEST_NOTE)
    link = serializers.CharField(required=False, default="", allow_blank=True, max_length=LONGEST_LINK)
    values = serializers.DictField(child=serializers.CharField(max_length=120), required=False, default=dict)
    revision = Version()

    @property
    def told(self) -> Told:
        """The same as the action takes it."""
        data = self.validated_data
        return Told(data["result"], data["note"], data["link"], data["values"])


class AnswerFileInput(AnswerInput):
    """The same as a form, with a `file` of up to 25 MB; `values` as JSON."""

    file = Upload(required=False)
    values = serializers.JSONField(  # type: ignore[assignment]  # a form has it as text
        required=False, default=dict, binary=True
    )

    def validate_values(self, given: Any) -> dict[str, str]:
        """Numbers by name, as the other shape takes them."""
        field = serializers.DictField(child=serializers.CharField(max_length=120))
        return dict(field.run_validation(given))


class SnoozeInput(Input):
    """Until when nobody is reminded, and why. What is due stays due."""

    until = Moment()
    reason = serializers.CharField(max_length=LONGEST_REASON)
    revision = Version()


def check(row: CheckOccurrence, now: datetime.datetime) -> dict[str, Any]:
    """A check as it goes out."""
    return {
        "id": str(row.public_id),
        "service": row.service.slug,
        "check": row.recurring_check.key,
        "title": row.version.row.title,
        "cadence": row.cadence,
        "period": row.period,
        "opens_at": utc_text(row.opens_at),
        "due_at": utc_text(row.due_at),
        "ends_at": utc_text(row.ends_at),
        "state": STATES[check_calendar.state(row, now)],
        "note": row.note,
        "link": row.link,
        "values": row.values,
        "done_by": row.done_by.name if row.done_by else "",
        "done_at": utc_text(row.done_at) if row.done_at else None,
        "revision": row.revision,
    }
