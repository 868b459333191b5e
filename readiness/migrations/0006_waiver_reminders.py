"""When somebody is next reminded of a waiver."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("readiness", "0005_action_items_and_findings"),
    ]

    operations = [
        migrations.CreateModel(
            name="WaiverReminder",
            fields=[
                (
                    "waiver",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="reminder",
                        serialize=False,
                        to="readiness.waiver",
                    ),
                ),
                ("remind_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("remind_at__isnull", False)),
                        fields=["remind_at"],
                        name="waiver_reminder_due",
                    )
                ],
            },
        ),
    ]
