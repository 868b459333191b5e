"""Who may sign an item: everybody with the right in its team who contributed nothing to it."""

from portal import access
from portal.models import User
from portal.permissions import Capability
from readiness.models import ItemAnswer
from readiness.queries import contributions


def of(answer: ItemAnswer) -> list[User]:
    """By name; a person's other accounts count as theirs (product.md, Sign-off). Two statements."""
    own = contributions.identities(answer)
    may = access.people_who_can(Capability.SIGNOFF_GRANT, answer.review.service.scope)
    return [person for person in may if person.identity not in own]
