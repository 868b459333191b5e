"""What the demonstration tells of playbooks and proposals: one adapted."""

from incidents.models import AdaptedPlaybook, AlertPlaybook
from incidents.queries import adapted_playbooks
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
