import json

from django.db import migrations, models

from portal import canonical

EXERCISED = ("steps", "verification")


def digest(content):
    """Of what a drill of this content carries out, as `queries.runbooks.content_digest` makes it."""
    return canonical.digest({key: content[key] for key in EXERCISED if key in content})


def keep(apps, schema_editor):
    """What stands, and what was last run to its end, of every runbook."""
    drills = apps.get_model("incidents", "RunbookDrill").objects.filter(drill__result="passed")
    drilled = {}
    for subject, content in drills.order_by("drill__performed_at", "drill__pk").values_list(
        "revision__subject", "revision__content"
    ):
        drilled[subject] = digest(json.loads(content)["fields"])
    runbooks = apps.get_model("incidents", "Runbook").objects
    for key, content in list(runbooks.values_list("pk", "content")):
        runbooks.filter(pk=key).update(exercised_digest=digest(content), drilled_digest=drilled.get(key, ""))


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0012_count_open_incidents"),
    ]

    operations = [
        migrations.AddField(
            model_name="runbook",
            name="exercised_digest",
            field=models.CharField(blank=True, default="", max_length=64),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="runbook",
            name="drilled_digest",
            field=models.CharField(blank=True, default="", max_length=64),
            preserve_default=False,
        ),
        migrations.RunPython(keep, migrations.RunPython.noop),
    ]
