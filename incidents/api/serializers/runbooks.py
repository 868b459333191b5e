"""The shapes of a runbook: one that goes out, one that is written, and what a tool revises of one."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from incidents.rules import runbooks as rules
from portal.api.fields import Version
from portal.api.strictness import Input
from portal.canonical import utc_text
from portal.rules import freshness
from portal.rules.document_fields import LONGEST_TEXT
from readiness.choices import DrillKind, DrillResult
from readiness.rules.drill_records import LONGEST_NOTE

EVERY = [days for days, _ in freshness.EVERY]


class StepRow(Input):
    """One step: what to do, what one must know, the exact command, and what one should see."""

    do = serializers.CharField(max_length=300)
    note = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False, max_length=LONGEST_TEXT)
    command = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False, max_length=LONGEST_TEXT)
    expect = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False, max_length=LONGEST_TEXT)


class CheckRow(Input):
    """What is to be seen when it worked, and the command that shows it."""

    check = serializers.CharField(max_length=300)
    command = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False, max_length=LONGEST_TEXT)


class WorseRow(Input):
    """What to do where it makes things worse."""

    do = serializers.CharField(max_length=300)
    command = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False, max_length=LONGEST_TEXT)
    expect = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False, max_length=LONGEST_TEXT)


class CallRow(Input):
    """Who is called, when, and how reached."""

    who = serializers.CharField(max_length=300)
    when = serializers.CharField(required=False, allow_blank=True, max_length=300)
    reached = serializers.CharField(max_length=300)


class LinkRow(Input):
    """A page to look at."""

    title = serializers.CharField(max_length=300)
    url = serializers.CharField(max_length=300)


class RunbookFields(Input):
    """What a runbook says, by field; texts are Markdown, commands are kept exactly."""

    purpose = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_TEXT)
    symptoms = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_TEXT)
    not_for = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_TEXT)
    prerequisites = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_TEXT)
    steps = StepRow(many=True, required=False)
    verification = CheckRow(many=True, required=False)
    worse = WorseRow(many=True, required=False)
    escalation = CallRow(many=True, required=False)
    links = LinkRow(many=True, required=False)


class RunbookInput(Input):
    """A new runbook of a service."""

    service = serializers.SlugField()
    title = serializers.CharField(max_length=rules.LONGEST_TITLE)
    is_rollback = serializers.BooleanField(required=False, default=False, help_text="Whether it is the way back.")
    target_minutes = serializers.DecimalField(
        max_digits=6, decimal_places=1, required=False, allow_null=True, default=None, help_text="How long it may take."
    )
    keeper = serializers.EmailField(required=False, help_text="Left out: the caller.")
    review_every = serializers.ChoiceField(choices=EVERY, required=False, default=freshness.USUAL, help_text="Days.")
    content = RunbookFields()


class RunbookChange(Input):
    """The next revision; what is left out stays, also field by field. `revision` is the one you saw."""

    title = serializers.CharField(required=False, max_length=rules.LONGEST_TITLE)
    is_rollback = serializers.BooleanField(required=False)
    target_minutes = serializers.DecimalField(max_digits=6, decimal_places=1, required=False, allow_null=True)
    keeper = serializers.EmailField(required=False)
    review_every = serializers.ChoiceField(choices=EVERY, required=False)
    content = RunbookFields(required=False)
    note = serializers.CharField(required=False, default="", allow_blank=True, max_length=300, help_text="Why.")
    is_review = serializers.BooleanField(required=False, default=False, help_text="You went over all of it.")
    revision = Version()


ACTS = ("review", "retire", "bring_back")


class RunbookActInput(Input):
    """What is done with a runbook as you read it in `revision`; all but a review need a `note`."""

    act = serializers.ChoiceField(choices=ACTS)
    revision = Version()
    note = serializers.CharField(required=False, default="", allow_blank=True, max_length=rules.LONGEST_REASON)


class RunbookDrillInput(Input):
    """A drill that ran a revision of the runbook. A link, or on the page a file, proves it."""

    revision = serializers.IntegerField(min_value=1, max_value=2**31 - 1, help_text="The one that was run.")
    kind = serializers.ChoiceField(
        choices=DrillKind.values, required=False, help_text="Left out: `rollback` for the way back, else `runbook`."
    )
    environment = serializers.CharField(max_length=40, help_text="By name; a rollback is drilled outside production.")
    from_version = serializers.CharField(max_length=120)
    to_version = serializers.CharField(max_length=120)
    release = serializers.CharField(max_length=60, required=False, default="", allow_blank=True, help_text="By label.")
    performed_by = serializers.EmailField(required=False, help_text="Left out: the caller.")
    performed_at = serializers.DateTimeField()
    result = serializers.ChoiceField(choices=DrillResult.values)
    minutes = serializers.DecimalField(max_digits=6, decimal_places=1, min_value=Decimal("0.1"))
    note = serializers.CharField(
        required=False,
        default="",
        allow_blank=True,
        max_length=LONGEST_NOTE,
        help_text="What failed says what went wrong.",
    )
    link = serializers.CharField(required=False, default="", allow_blank=True, max_length=200)


class RunbookShape(serializers.Serializer[Any]):
    """One runbook as it stands."""

    id = serializers.UUIDField()
    service = serializers.SlugField()
    number = serializers.IntegerField(help_text="Counts up within the service.")
    title = serializers.CharField()
    is_rollback = serializers.BooleanField(help_text="Whether it is the way back.")
    target_minutes = serializers.CharField(allow_null=True)
    content = RunbookFields()
    keeper = serializers.EmailField()
    written_by = serializers.EmailField()
    written_at = serializers.DateTimeField()
    review_every = serializers.IntegerField(help_text="Days.")
    reviewed_on = serializers.DateField()
    review_on = serializers.DateField()
    is_stale = serializers.BooleanField()
    retired_at = serializers.DateTimeField(allow_null=True)
    last_drill_at = serializers.DateTimeField(allow_null=True)
    last_drill_result = serializers.ChoiceField(choices=DrillResult.values, allow_null=True)
    last_drill_minutes = serializers.CharField(allow_null=True)
    revision = serializers.IntegerField(help_text="Send it back with a change.")
    digest = serializers.CharField()


def runbook(row: Any) -> dict[str, Any]:
    """A runbook of `queries.runbooks.listed` as it goes out."""
    return {
        "id": str(row.public_id),
        "service": row.service.slug,
        "number": row.number,
        "title": row.title,
        "is_rollback": row.is_rollback,
        "target_minutes": _figure(row.target_minutes),
        "content": row.content,
        "keeper": row.keeper.email,
        "written_by": row.written_by.email,
        "written_at": utc_text(row.written_at),
        "review_every": row.review_every,
        "reviewed_on": row.reviewed_on.isoformat(),
        "review_on": row.review_on.isoformat(),
        "is_stale": row.freshness.is_stale,
        "retired_at": utc_text(row.retired_at) if row.retired_at else None,
        "last_drill_at": utc_text(row.drilled_at) if row.drilled_at else None,
        "last_drill_result": row.drill_result,
        "last_drill_minutes": _figure(row.drill_minutes),
        "revision": row.revision,
        "digest": row.content_digest,
    }


def _figure(minutes: Decimal | None) -> str | None:
    return None if minutes is None else f"{minutes.normalize():f}"
