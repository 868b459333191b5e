"""What ends when accounts turn out to be one person's: the sign-offs that stand on the person's own work."""

from portal.models import User
from portal.permissions import Access
from readiness.actions import answer_locks, ending
from readiness.choices import ReviewState
from readiness.models import ItemAnswer
from readiness.queries import contributions

REASON = "Who signed it wrote it too, by another account: the accounts are known as one person’s now."


def end_own_signatures(access: Access, person: User) -> None:
    """Makes the person's sign-offs void where they, by whichever account, contributed to the item; in open reviews.

    In the caller's transaction. A closed review keeps what it said; a go that read a sign-off which is void now no
    longer passes the gate. Every service counts, also one that whoever said it may not see: the rule knows no scope.
    """
    signed = ItemAnswer.objects.filter(review__state=ReviewState.OPEN, signoff__person__identity=person.identity)
    own = signed.filter(contributions.by(person.identity)).values_list("pk", flat=True)
    for answer in answer_locks.locked_all(list(own)):
        if answer.is_signed:
            ending.void(access, answer, REASON)
