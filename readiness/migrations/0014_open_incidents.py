from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("readiness", "0013_document_reminders"),
    ]

    operations = [
        migrations.AddField(
            model_name="servicestatus",
            name="open_incidents",
            field=models.PositiveSmallIntegerField(default=0, help_text="Those that everybody who sees it may see."),
        ),
        migrations.AddField(
            model_name="servicestatus",
            name="worst_incident",
            field=models.PositiveSmallIntegerField(help_text="Severity of the worst of them, from 1.", null=True),
        ),
    ]
