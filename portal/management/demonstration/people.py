"""The demonstration's teams and people: who they are, where they work, what they may do."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import transaction

from portal import audit, demo, verbs
from portal.access import access_of
from portal.actions import installation, roles_across, teams
from portal.actions import people as accounts
from portal.management.demonstration.days import Line
from portal.management.demonstration.stage import Stage, Storyline, address
from portal.models import Team, User
from portal.permissions import Access, Role

BERLIN, NEW_YORK, KOLKATA = "Europe/Berlin", "America/New_York", "Asia/Kolkata"
BEGINS = 134
"""Working days ago: half a year, so that quarters, ages and expiries show."""


@dataclass(frozen=True)
class Person:
    """One of the cast; `name` is the part of the address before the @."""

    name: str
    full_name: str
    zone: str


TEAMS = (
    ("payments-risk", "Payments Risk", BERLIN),
    ("claims-automation", "Claims Automation", BERLIN),
    ("customer-platform", "Customer Platform", NEW_YORK),
    ("knowledge-search", "Knowledge and Search", KOLKATA),
)

ADMINISTRATOR = Person("admin", "Kwame Mensah", BERLIN)
PEOPLE = (
    Person("compliance", "Margarethe Olsen", BERLIN),
    Person("lead", "Daniel Kim", BERLIN),
    Person("engineer", "Priya Raghunathan", BERLIN),
    Person("approver", "Amina El-Sayed", BERLIN),
    Person("decider", "Dr. Hannelore Zimmermann-Brandt", BERLIN),
    Person("minhkhai.nguyen", "Nguyễn Thị Minh Khai", BERLIN),
    Person("juergen.grossmann", "Jürgen Großmann", BERLIN),
    Person("bjorn.aasland", "Bjørn Aasland", BERLIN),
    Person("oskar.lindholm", "Oskar Lindholm", BERLIN),
    Person("tomas.ferreira", "Tomás Ferreira da Conceição-Albuquerque", BERLIN),
    Person("sofia.papadopoulou", "Sofia Papadopoulou-Anagnostopoulos", BERLIN),
    Person("yusuf.demir", "Yusuf Demir", BERLIN),
    Person("li.na", "Li Na", BERLIN),
    Person("beatrice.fontaine", "Béatrice Fontaine-Dubois", "Europe/Paris"),
    Person("maya.thompson", "Maya Thompson", NEW_YORK),
    Person("deshawn.carter", "DeShawn Carter", NEW_YORK),
    Person("elena.vasquez", "Elena Vásquez-Ortiz", NEW_YORK),
    Person("grace.oconnor", "Grace O’Connor", NEW_YORK),
    Person("samuel.adeyemi", "Samuel Adéyẹmí", NEW_YORK),
    Person("ravi.subramaniam", "Ravi Subramaniam", KOLKATA),
    Person("outsider", "Ananya Krishnan", KOLKATA),
    Person("hana.yoshida", "Hana Yoshida", KOLKATA),
)
INVITED = Person("chiara.deluca", "Chiara De Luca", NEW_YORK)
"""Was invited and has not set a password yet."""

MEMBERS: dict[str, dict[str, tuple[Role, ...]]] = {
    "payments-risk": {
        "lead": (Role.LEAD, Role.CONTRIBUTOR),
        "engineer": (Role.CONTRIBUTOR,),
        "minhkhai.nguyen": (Role.CONTRIBUTOR,),
        "juergen.grossmann": (Role.CONTRIBUTOR,),
        "bjorn.aasland": (Role.CONTRIBUTOR,),
        "approver": (Role.APPROVER,),
        "tomas.ferreira": (Role.APPROVER,),
        "decider": (Role.DECIDER,),
    },
    "claims-automation": {
        "sofia.papadopoulou": (Role.LEAD, Role.CONTRIBUTOR),
        "yusuf.demir": (Role.CONTRIBUTOR,),
        "li.na": (Role.CONTRIBUTOR,),
        "tomas.ferreira": (Role.CONTRIBUTOR,),
        "approver": (Role.APPROVER,),
        "decider": (Role.DECIDER,),
    },
    "customer-platform": {
        "maya.thompson": (Role.LEAD, Role.CONTRIBUTOR),
        "deshawn.carter": (Role.CONTRIBUTOR,),
        "elena.vasquez": (Role.CONTRIBUTOR,),
        "oskar.lindholm": (Role.CONTRIBUTOR,),
        "engineer": (Role.VIEWER,),
        "grace.oconnor": (Role.APPROVER,),
        "tomas.ferreira": (Role.APPROVER,),
        "samuel.adeyemi": (Role.DECIDER,),
    },
    "knowledge-search": {
        "ravi.subramaniam": (Role.LEAD, Role.CONTRIBUTOR),
        "outsider": (Role.CONTRIBUTOR,),
        "hana.yoshida": (Role.APPROVER,),
        "samuel.adeyemi": (Role.DECIDER,),
    },
}
"""Team → person → roles. Approvers and deciders lend their eyes to other teams too."""


def storylines(stage: Stage) -> Iterable[Storyline]:
    """The portal's part of the story."""
    return [_founding(stage), _coming_and_going(stage)]


def _founding(stage: Stage) -> Storyline:
    line = Line(stage.days, BERLIN, "founding")
    yield line.on(BEGINS, "08:30")
    password = make_password(demo.PASSWORD)  # once for all: hashing is slow on purpose
    founder = _appointed(password)
    yield line.after(2, 4)
    made = {slug: teams.add(access_of(founder), name=name, slug=slug, time_zone=zone) for slug, name, zone in TEAMS}
    for person in PEOPLE:
        yield line.after(1, 3)
        added = _added(access_of(founder), person, password)
        for slug, members in MEMBERS.items():
            if person.name in members:
                teams.invite(access_of(founder), team=made[slug], email=added.email, roles=members[person.name])
    yield line.after(1, 3)
    roles_across.give(access_of(founder), person=stage.cast["compliance"], roles={Role.COMPLIANCE})


def _coming_and_going(stage: Stage) -> Storyline:
    line = Line(stage.days, BERLIN, "coming and going")
    yield line.on(19, "15:05")
    accounts.close(stage.cast.access("admin"), person=stage.cast["oskar.lindholm"])
    yield line.on(3, "16:20")
    team = Team.objects.get(slug="customer-platform")
    teams.invite(
        stage.cast.access("maya.thompson"),
        team=team,
        email=address(INVITED.name),
        name=INVITED.full_name,
        roles={Role.CONTRIBUTOR},
    )


@transaction.atomic
def _appointed(password: str) -> User:
    person = installation.appoint(email=address(ADMINISTRATOR.name), name=ADMINISTRATOR.full_name)
    User.objects.filter(pk=person.pk).update(time_zone=ADMINISTRATOR.zone)
    _let_in(person, password)
    return person


@transaction.atomic
def _added(access: Access, person: Person, password: str) -> User:
    """An account whose invitation was taken up already: no mail is waiting to leave for it."""
    account = accounts.make(
        access, email=address(person.name), name=person.full_name, time_zone=person.zone, invite=False
    )
    _let_in(account, password)
    return account


def _let_in(person: User, password: str) -> None:
    """Gives the demonstration's password, as `accounts.set_password` does, without hashing it anew."""
    person.password = password
    person.save(update_fields=["password"])
    audit.record(access_of(person), verbs.PASSWORD_SET, person, facts={"way": "first"})
