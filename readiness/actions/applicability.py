"""Which items of running reviews apply, after a service's traits have changed."""

from readiness.catalogue import loader
from readiness.choices import ReviewState
from readiness.models import ItemAnswer, Service
from readiness.queries import answers as answer_queries
from readiness.rules import tailoring


def reapply(service: Service) -> tuple[list[str], list[str]]:
    """After a change of traits: which items of the open reviews apply now. Returns the keys left out and brought in.

    Called inside the transaction of the action that changes the traits, which records both lists.
    """
    left_out: list[str] = []
    brought_in: list[str] = []
    domain_rules = loader.domain_rules()
    for review in service.reviews.filter(state=ReviewState.OPEN).select_related("template_version"):
        items = {item.key: item for item in review.template_version.checklist.items}
        review.service = service
        frame = answer_queries.ReviewFrame(review)
        for answer in review.answers.all():
            found = tailoring.tailored(items[answer.item_key], service.traits, domain_rules)
            if (found.applies, found.domain or "") == (answer.applies, answer.domain_key):
                continue
            if found.applies != answer.applies:
                (brought_in if found.applies else left_out).append(answer.item_key)
            answer.applies, answer.domain_key = found.applies, found.domain or ""
            answer.left_out_reason = "" if found.applies else found.applicability.reason
            answer.state = answer_queries.outcome(answer_queries.parts(answer, frame), frame).state
            answer.save(update_fields=["applies", "domain_key", "left_out_reason", "state"])
    return left_out, brought_in


def recount(service: Service) -> None:
    """After a change of targets, of traits or of what a release carries: what each open answer counts as now.

    Called inside the transaction of the action that makes the change, before the status row is refreshed.
    """
    for review in service.reviews.filter(state=ReviewState.OPEN).select_related("template_version", "release"):
        review.service = service
        frame = answer_queries.ReviewFrame(review)
        for answer in review.answers.filter(applies=True):
            state = answer_queries.outcome(answer_queries.parts(answer, frame), frame).state
            if state != answer.state:
                ItemAnswer.objects.filter(pk=answer.pk).update(state=state)
