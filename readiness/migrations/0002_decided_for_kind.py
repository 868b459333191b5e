"""The status row says whether its decision is for production; rows that stand learn it from the environment's name."""

from django.db import migrations, models
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce


def fill(apps, schema_editor):
    rows = apps.get_model("readiness", "ServiceStatus").objects.exclude(decided_for="")
    environments = apps.get_model("readiness", "Environment").objects.filter(
        service=OuterRef("service"), name=OuterRef("decided_for")
    )
    rows.update(decided_for_kind=Coalesce(Subquery(environments.values("kind")[:1]), models.Value("")))


class Migration(migrations.Migration):
    dependencies = [("readiness", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="servicestatus",
            name="decided_for_kind",
            field=models.CharField(blank=True, max_length=12, verbose_name="kind of that environment"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
