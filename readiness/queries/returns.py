"""Items that an approver returned."""

from django.db.models import Exists, OuterRef

from readiness.models import AnswerRevision


def mended() -> Exists:
    """Whether a returned answer was changed since it was returned; for a queryset of answers."""
    since = AnswerRevision.objects.filter(subject=OuterRef("pk"), event__gt=OuterRef("returned__event"))
    return Exists(since)
