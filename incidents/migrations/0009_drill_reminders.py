from django.db import migrations, models


def look_at_all(apps, schema_editor):
    """What was written before is looked at with the next tick."""
    apps.get_model("incidents", "Runbook").objects.update(drill_remind_at=models.F("written_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0008_alert_tray_index"),
    ]

    operations = [
        migrations.AddField(
            model_name="runbook",
            name="drill_remind_at",
            field=models.DateTimeField(
                db_index=True, help_text="When to look next whether somebody is told of its drill.", null=True
            ),
        ),
        migrations.RunPython(look_at_all, migrations.RunPython.noop),
    ]
