from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Q, Subquery


def know_the_services(apps: Any, _editor: Any) -> None:
    """A dependency that has the very slug of a service is that service, where its team sees it: no other name says so."""
    dependencies = apps.get_model("readiness", "Dependency").objects
    seen = Q(scope__restricted=False) | Q(scope__team=OuterRef("service__scope__team"))
    named = apps.get_model("readiness", "Service").objects.filter(seen, slug=OuterRef("name"))
    meant = named.exclude(pk=OuterRef("service")).values("pk")[:1]
    for row in dependencies.annotate(meant=Subquery(meant)).exclude(meant=None):
        dependencies.filter(pk=row.pk).update(upstream=row.meant)


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0004_search"),
        ("readiness", "0014_open_incidents"),
    ]

    operations = [
        migrations.AddField(
            model_name="dependency",
            name="upstream",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="downstream",
                to="readiness.service",
            ),
        ),
        migrations.RunPython(know_the_services, migrations.RunPython.noop),
    ]
