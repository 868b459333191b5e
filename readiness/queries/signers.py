"""Who may sign an item: everybody with the right in its team who contributed nothing to it."""

from portal import access
from portal.models import User
from portal.permissions import Access, Capability
from readiness.models import ItemAnswer
from readiness.queries import answers as answer_queries
from readiness.queries import contributions
from readiness.queries.answer_rows import AnswerParts
from readiness.queries.review_frame import ReviewFrame
from readiness.rules import signoffs


def of(answer: ItemAnswer) -> list[User]:
    """By name; a person's other accounts count as theirs (product.md, Sign-off). Two statements."""
    own = contributions.identities(answer)
    may = access.people_who_can(Capability.SIGNOFF_GRANT, answer.review.service.scope)
    return [person for person in may if person.identity not in own]


def refusals(parts: AnswerParts, frame: ReviewFrame, access: Access) -> tuple[str, ...]:
    """Why this person cannot sign the answer off now; empty when they can. What nobody can do comes first."""
    if closed := answer_queries.closed(parts.answer, frame):
        return (closed,)
    if not access.can(Capability.SIGNOFF_GRANT, frame.service.scope.team_id):
        return ("An approver of the team who did not contribute signs it once it is green.",)
    return signoffs.refusals(
        signoffs.SignOffFacts(
            state=parts.answer.state,
            signed=parts.answer.is_signed,
            closed=answer_queries.closed(parts.answer, frame),
            contributions=contributions.to(parts),
            signer=access.person.identity,
        )
    )
