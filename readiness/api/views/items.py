"""Items of a review by machine: one with all its card shows, and every act on it but the signature."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from portal.api import entity_tags, idempotency, schema, signatures
from portal.api.endpoints import Endpoint
from portal.doors import SIGNED_IN, Rule
from portal.errors import DomainError, VersionNeeded
from portal.models import User
from portal.permissions import Access, Capability
from readiness.actions import answer_changes, answers, covering, reviews, signoffs
from readiness.actions.answer_changes import Change, PointChange, ValueChange, Words
from readiness.api import people
from readiness.api.serializers import items as shapes
from readiness.models import ItemAnswer, Review
from readiness.queries import reviews as queries
from readiness.queries import signers
from readiness.queries.item_cards import ItemCard

ITEM_TAGS = ["items"]
UNSEEN = "Send the version that you saw, or the item’s ETag as If-Match."


def find(access: Access, item: UUID) -> ItemAnswer:
    """One item of a review that the caller may see; 404 otherwise."""
    visible = Review.objects.visible_to(access).with_surroundings()
    review = get_object_or_404(visible, answers__public_id=item)
    answer = review.answers.select_related("assignee").get(public_id=item)
    answer.review = review
    return answer


class ItemEndpoint(Endpoint):
    """An address of one item: what is done to it once, and the item as it stands afterwards."""

    doors: ClassVar[dict[str, Rule]] = {"POST": Capability.REVIEW_ANSWER}

    def card(self, item: UUID) -> ItemCard:
        """The item as this person sees it now."""
        return queries.card(find(self.access, item), self.access)

    def act(
        self,
        request: Request,
        item: UUID,
        takes: type[Serializer[Any]] | None,
        act: Callable[[ItemAnswer, Mapping[str, Any]], object],
        status: int = 200,
    ) -> Response:
        """Checks what was sent, does it to the item, and answers with the item: once for each idempotency key."""
        answer = find(self.access, item)

        def done() -> Response:
            act(answer, self.given(takes, request) if takes else {})
            return entity_tags.tagged(shapes.one(self.card(item)), status=status)

        return idempotency.once(request, done)


class OneItem(ItemEndpoint):
    """One item, and what is said of it."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN, "PATCH": Capability.REVIEW_ANSWER}

    @extend_schema(operation_id="item", responses=shapes.OneItemShape, tags=ITEM_TAGS)
    def get(self, request: Request, item: UUID) -> HttpResponse:
        """One item with its points, numbers, evidence, comments and people. Conditional by `ETag`."""
        return entity_tags.conditional(request, shapes.one(self.card(item)))

    @extend_schema(
        operation_id="item_answer",
        request=shapes.ItemChange,
        responses=shapes.OneItemShape,
        parameters=[schema.IF_MATCH],
        tags=ITEM_TAGS,
    )
    def patch(self, request: Request, item: UUID) -> Response:
        """Answers an item: points, numbers, text and rating; all of it is saved, or nothing.

        Say what you saw: the item’s `ETag` as `If-Match`, or the version of each part you change, and then only those
        parts can clash. `412` names the part that somebody else changed, with what it says now; `428` without either.
        """
        card = self.card(item)
        return idempotency.once(request, lambda: self._answered(request, card))

    def _answered(self, request: Request, card: ItemCard) -> Response:
        given = self.given(shapes.ItemChange, request)
        was_seen = entity_tags.was_seen(request, shapes.one(card))
        wanted = _change(given, _versions(card) if was_seen else None)
        answer_changes.change(self.access, answer=card.answer, wanted=wanted)
        return entity_tags.tagged(shapes.one(self.card(card.answer.public_id)))


class ItemGuardrails(ItemEndpoint):
    """The guardrails of a measured item."""

    @extend_schema(
        operation_id="item_guardrail_add",
        request=shapes.GuardrailInput,
        responses={201: shapes.OneItemShape},
        tags=ITEM_TAGS,
    )
    def post(self, request: Request, item: UUID) -> Response:
        """Adds a threshold that must never be crossed. Change or empty its parts by their names, as values."""

        def add(answer: ItemAnswer, data: Mapping[str, Any]) -> None:
            answers.add_guardrail(self.access, answer=answer, parts=data)

        return self.act(request, item, shapes.GuardrailInput, add, status=201)


class ItemComments(ItemEndpoint):
    """The words on an item."""

    doors: ClassVar[dict[str, Rule]] = {"POST": Capability.COMMENT_WRITE}

    @extend_schema(
        operation_id="item_comment",
        request=shapes.CommentInput,
        responses={201: shapes.OneItemShape},
        tags=ITEM_TAGS,
    )
    def post(self, request: Request, item: UUID) -> Response:
        """Says a word on an item; it is no part of what is signed."""

        def say(answer: ItemAnswer, data: Mapping[str, Any]) -> None:
            reviews.comment(self.access, answer=answer, text=data["text"])

        return self.act(request, item, shapes.CommentInput, say, status=201)


class ItemAssignment(ItemEndpoint):
    """Whose an item is."""

    @extend_schema(
        operation_id="item_assign", request=shapes.AssignInput, responses=shapes.OneItemShape, tags=ITEM_TAGS
    )
    def post(self, request: Request, item: UUID) -> Response:
        """Gives the item to one person, or back to whoever owns its domain."""

        def assign(answer: ItemAnswer, data: Mapping[str, Any]) -> None:
            email = data["person"]
            person = people.named(answer.review.service, email, "person") if email else None
            answers.assign(self.access, answer=answer, person=person)

        return self.act(request, item, shapes.AssignInput, assign)


class ItemUse(ItemEndpoint):
    """“Use it”, for one item."""

    @extend_schema(operation_id="item_use", request=None, responses=shapes.OneItemShape, tags=ITEM_TAGS)
    def post(self, request: Request, item: UUID) -> Response:
        """Lets the answers elsewhere that are on offer serve this item, until they change."""
        return self.act(request, item, None, lambda answer, _data: covering.use(self.access, answer=answer))


class ItemAnsweredHere(ItemEndpoint):
    """The end of “Use it”."""

    @extend_schema(
        operation_id="item_answer_here",
        request=shapes.OptionalReasonInput,
        responses=shapes.OneItemShape,
        tags=ITEM_TAGS,
    )
    def post(self, request: Request, item: UUID) -> Response:
        """Answers the item here again; where a sign-off stands on it, that ends too and a reason is needed."""

        def stop(answer: ItemAnswer, data: Mapping[str, Any]) -> None:
            covering.stop(self.access, answer=answer, reason=data["reason"])

        return self.act(request, item, shapes.OptionalReasonInput, stop)


class ItemAsk(ItemEndpoint):
    """Asking for a sign-off."""

    @extend_schema(
        operation_id="sign_off_ask", request=shapes.AskInput, responses=shapes.OneItemShape, tags=["sign-offs"]
    )
    def post(self, request: Request, item: UUID) -> Response:
        """Asks for a sign-off, of these people or of all who may give it."""

        def ask(answer: ItemAnswer, data: Mapping[str, Any]) -> None:
            signoffs.ask(self.access, answer=answer, of=_approvers(answer, data["of"]))

        return self.act(request, item, shapes.AskInput, ask)


class ItemSignature(ItemEndpoint):
    """The signature, which stands here to say where it is given."""

    doors: ClassVar[dict[str, Rule]] = {"POST": Capability.SIGNOFF_GRANT}

    @extend_schema(operation_id="sign_off_grant", request=shapes.SignInput, responses={}, tags=["sign-offs"])
    def post(self, request: Request, item: UUID) -> Response:
        """Always `403 proof-needed`: who signs proves who they are at that moment, which no token does for them.

        The problem names the item’s page, where it is given.
        """
        answer = find(self.access, item)
        self.given(shapes.SignInput, request)
        scope = answer.review.service.scope
        signatures.refuse(self.access, Capability.SIGNOFF_GRANT, scope, page=answer.get_absolute_url())


class ItemReturn(ItemEndpoint):
    """Giving an item back."""

    doors: ClassVar[dict[str, Rule]] = {"POST": Capability.SIGNOFF_GRANT}

    @extend_schema(
        operation_id="sign_off_return", request=shapes.ReasonInput, responses=shapes.OneItemShape, tags=["sign-offs"]
    )
    def post(self, request: Request, item: UUID) -> Response:
        """Returns the item to those who answered it, with a reason, instead of signing it."""

        def give_back(answer: ItemAnswer, data: Mapping[str, Any]) -> None:
            signoffs.give_back(self.access, answer=answer, reason=data["reason"])

        return self.act(request, item, shapes.ReasonInput, give_back)


class ItemReopen(ItemEndpoint):
    """Opening a signed item again."""

    doors: ClassVar[dict[str, Rule]] = {"POST": Capability.COMMENT_WRITE}

    @extend_schema(
        operation_id="sign_off_void", request=shapes.ReasonInput, responses=shapes.OneItemShape, tags=["sign-offs"]
    )
    def post(self, request: Request, item: UUID) -> Response:
        """Opens a signed item again: its sign-off is void from this moment, with the reason."""

        def reopen(answer: ItemAnswer, data: Mapping[str, Any]) -> None:
            signoffs.reopen(self.access, answer=answer, reason=data["reason"])

        return self.act(request, item, shapes.ReasonInput, reopen)


def _approvers(answer: ItemAnswer, emails: Sequence[str]) -> list[User]:
    """Those of the people who may sign it; of another nothing is told but that they may not."""
    may_sign = {person.email.lower(): person for person in signers.of(answer)} if emails else {}
    if others := [email for email in emails if email.lower() not in may_sign]:
        raise DomainError.of({"of": [f"{', '.join(others)} cannot sign it."]})
    return [may_sign[email.lower()] for email in emails]


Versions = Mapping[tuple[str, object], int]


def _versions(card: ItemCard) -> Versions:
    """The version of each part, as the caller saw the item."""
    found: dict[tuple[str, object], int] = {}
    found["rating", ""], found["text", ""] = card.answer.rating_version, card.answer.text_version
    found |= {("points", line.point.number): line.version for line in card.points}
    return found | {("values", line.name): line.version for line in shapes.lines(card)}


def _change(given: Mapping[str, Any], seen: Versions | None) -> Change:
    """What is wanted, each part with the version that was seen of it. Raises VersionNeeded at the parts without one."""
    missing: dict[str, list[str]] = {}

    def version(part: str, key: object, sent: int | None, field: str) -> int:
        found = sent if sent is not None or seen is None else seen.get((part, key), 0)
        if found is None:
            missing[field] = [UNSEEN]
        return found or 0

    def words(part: str) -> Words | None:
        if part not in given:
            return None
        return Words(given[part], version(part, "", given[f"{part}_version"], f"{part}_version"))

    points = [
        PointChange(
            row["number"],
            row["state"],
            row["reason"],
            version("points", row["number"], row["version"], f"points.{index}.version"),
        )
        for index, row in enumerate(given["points"])
    ]
    values = [
        ValueChange(
            row["name"], row["value"], version("values", row["name"], row["version"], f"values.{index}.version")
        )
        for index, row in enumerate(given["values"])
    ]
    change = Change(points, values, words("text"), words("rating"))
    if missing:
        raise VersionNeeded(UNSEEN, missing)
    return change
