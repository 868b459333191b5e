import json
from typing import Any

from django.db import migrations, models


def know_the_worst(apps: Any, _editor: Any) -> None:
    """Takes it from the revisions, which keep every severity that an incident ever had."""
    worst: dict[int, int] = {}
    revisions = apps.get_model("incidents", "IncidentRevision").objects.values_list("subject_id", "content")
    for incident, content in revisions.iterator():
        worst[incident] = min(worst.get(incident, 4), json.loads(content)["severity"])
    incidents = apps.get_model("incidents", "Incident").objects
    for incident, severity in worst.items():
        incidents.filter(pk=incident).update(worst_severity=severity)


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0015_timeline_about"),
    ]

    operations = [
        migrations.AddField(
            model_name="incident",
            name="worst_severity",
            field=models.PositiveSmallIntegerField(
                choices=[(1, "Sev-1"), (2, "Sev-2"), (3, "Sev-3"), (4, "Sev-4")],
                default=4,
                help_text="The worst its revisions know.",
            ),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="incident",
            name="post_mortem_due_on",
            field=models.DateField(
                blank=True,
                help_text="By when it is to be published; empty until resolved once, or where it owes none.",
                null=True,
            ),
        ),
        migrations.RunPython(know_the_worst, migrations.RunPython.noop),
    ]
