"""What the demonstration tells of playbooks and proposals: one adapted, one asked of every service, one that waits."""

from incidents.models import AdaptedPlaybook, AlertPlaybook, Proposal
from incidents.queries import adapted_playbooks, proposals
from portal.access import access_of
from portal.models import User
from readiness.models import Review
from readiness.queries import template_versions
from tests.harness.databases import Database


def test_one_playbook_is_adapted_and_follows_what_ships_now(demo_database: Database) -> None:
    row = AdaptedPlaybook.objects.select_related("service").get()
    assert (row.service.slug, row.playbook, row.is_in_use, row.revision) == (
        "fraud-scoring",
        "alert.cost-spike",
        True,
        1,
    )
    followed = adapted_playbooks.standing(row.service, AlertPlaybook.objects.get(key=row.playbook))
    assert [step.get("of", "") for step in followed.steps] == ["", "1", "3", "2"]
    assert not followed.changed


def test_of_two_proposals_one_is_asked_by_a_version_and_the_other_waits(demo_database: Database) -> None:
    assert sorted(Proposal.objects.values_list("state", flat=True)) == ["accepted", "proposed"]
    taken = Proposal.objects.select_related("accepted_in__template").get(state="accepted")
    assert str(taken.accepted_in).endswith("1.0+1")
    assert (taken.asked_item, taken.asked_point) == ("perf.caching", 5)
    assert template_versions.newest()["deployment"] == taken.accepted_in
    numbers = Review.objects.filter(kind="deployment").values_list("template_version__number", flat=True)
    assert set(numbers) == {"1.0", "1.0+1"}, "running reviews stay on theirs"


def test_some_services_have_answered_it_and_some_have_not(demo_database: Database) -> None:
    access = access_of(User.objects.get(email="compliance@example.com"))
    reach = proposals.reach(access, proposals.shown(access).get(state="accepted"))
    assert reach is not None
    said = {row.service.slug: row.state for row in reach.rows}
    assert said["support-copilot"] == "answered"
    assert said["fraud-scoring"] == "waiting"
    assert reach.left_out
