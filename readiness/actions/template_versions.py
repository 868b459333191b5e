"""Publishing a version of a checklist that asks one thing more; the published ones and running reviews stay."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction

from portal import access as portal_access
from portal import audit, catalogue, clock, notifications, permissions
from portal.errors import Conflict, DomainError
from portal.models import Membership, User
from portal.permissions import Access, Capability
from portal.rules import texts
from readiness import verbs
from readiness.catalogue import growing, loader, schema
from readiness.choices import ServiceState
from readiness.models import ChecklistTemplate, Service, TemplateVersion
from readiness.queries import template_versions as queries
from readiness.rules import template_additions as rules
from readiness.rules.template_additions import AddedItem, Addition


@dataclass(frozen=True)
class Published:
    """A version that was published, and what it asks more: an item, or with `point` one of its points by number."""

    version: TemplateVersion
    item_key: str
    point: int | None = None


def publish(access: Access, *, template: str, addition: Addition, reason: str) -> Published:
    """Takes one more item or point into the next version of a checklist; who leads live services is told.

    Reviews that run stay on their version; the next one starts on the new. Raises DomainError at the addition's
    fields, at `template` or `reason`; Conflict where two publish at the same moment.
    """
    with transaction.atomic():
        permissions.require(access, Capability.TEMPLATE_PUBLISH)
        ChecklistTemplate.objects.select_for_update().values_list("pk").filter(key=template).first()
        newest = queries.newest()
        if template not in newest:
            raise DomainError.of({"template": ["Choose a checklist."]})
        if errors := _refusals(newest[template].checklist, addition) | _reason_refusal(reason):
            raise DomainError.of(errors)
        content = growing.taking_in(newest[template].checklist, addition)
        published = _placed(_created(access, newest[template], content), newest[template])
        _recorded(access, published, newest[template], reason)
    return published


def _refusals(checklist: schema.Template, addition: Addition) -> texts.Refusals:
    if not isinstance(addition, AddedItem):
        points = {item.key: [point.text for point in item.points] for item in checklist.items}
        return rules.point_refusals(addition, points)
    keys = {section.key: growing.key_in(checklist, section.key, addition.name) for section in checklist.sections}
    found = rules.item_refusals(addition, keys, _taken())
    if addition.domain not in ("", *schema.Domain):
        found["domain"] = ["Choose one of the domains, or none."]
    return found


def _taken() -> set[str]:
    """Every key that an item or a check has, or had in any version: a key never changes its meaning."""
    published = {item.key for version in TemplateVersion.objects.all() for item in version.checklist.items}
    return published | set(loader.items()) | {check.key for check in loader.recurring_checks()}


def _reason_refusal(reason: str) -> texts.Refusals:
    words = texts.name_refusal(texts.tidied(reason), rules.LONGEST_REASON, "Say why every service should be asked.")
    return {"reason": [words]} if words else {}


def _created(access: Access, newest: TemplateVersion, content: schema.Template) -> TemplateVersion:
    try:
        with transaction.atomic():
            return TemplateVersion.objects.create(
                template=newest.template,
                number=content.version,
                content=catalogue.content(content),
                digest=catalogue.digest(content),
                published_at=clock.now(),
                published_by=access.person,
            )
    except IntegrityError as clash:
        raise Conflict("Another version was published at the same moment. Look at it, then do it again.") from clash


def _placed(version: TemplateVersion, before: TemplateVersion) -> Published:
    new = queries.brought(before, version)[0]
    return Published(version, new.key, new.number or None)


def _recorded(access: Access, published: Published, before: TemplateVersion, reason: str) -> None:
    version = published.version
    new = queries.brought(before, version)[0]
    facts: dict[str, audit.Fact] = {
        "template": version.template.key,
        "version": version.number,
        "was": before.number,
        "item": published.item_key,
        "point": published.point,
        "digest": version.digest,
    }
    words = {"text": new.text, "reason": texts.tidied(reason)}
    audit.record(access, verbs.TEMPLATE_PUBLISHED, version, facts=facts, texts=words)
    notifications.notify(
        _who_lead_live_services(),
        kind="template",
        key=f"template-{version.public_id}",
        subject=f"{version.template.title} {version.number} asks one thing more: {new.text}",
        url=version.template.get_absolute_url(),
        scope=None,
        by=access,
    )


def _who_lead_live_services() -> list[User]:
    live = set(Service.objects.filter(state=ServiceState.LIVE).values_list("scope__team", flat=True))
    memberships = Membership.objects.current(clock.now().date()).filter(team__in=live, person__is_active=True)
    people = {row.person_id: row.person for row in memberships.select_related("person").order_by("person__name")}
    accesses = portal_access.accesses_of(people.values())
    return [person for key, person in people.items() if live & set(accesses[key].teams_with(Capability.SERVICE_EDIT))]
