from typing import Any

from django.db import migrations, models


def forget(apps: Any, _schema_editor: Any) -> None:
    """What was kept in the old form is computed anew by the next act on each service."""
    apps.get_model("readiness", "ServiceStatus").objects.update(pillars=[])


class Migration(migrations.Migration):
    dependencies = [
        ("readiness", "0005_times_by_our_clock"),
    ]

    operations = [
        migrations.AlterField(
            model_name="servicestatus",
            name="pillars",
            field=models.JSONField(
                default=list,
                help_text="Ten entries as of rules.pillars.as_words: state, open items, applicable items, green items.",
            ),
        ),
        migrations.RunPython(forget, migrations.RunPython.noop),
    ]
