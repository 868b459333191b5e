from django.db import migrations

OPEN = ("investigating", "identified", "mitigated")


def count(apps, schema_editor):
    """Status rows say what is open, as `queries.open_incidents` counts it from now on."""
    incidents = apps.get_model("incidents", "Incident").objects.filter(state__in=OPEN)
    affected = apps.get_model("incidents", "AffectedService").objects.filter(
        incident__state__in=OPEN, incident__service__scope__restricted=False
    )
    found = {}
    for service, severity in [
        *incidents.values_list("service_id", "severity"),
        *affected.values_list("service_id", "incident__severity"),
    ]:
        found.setdefault(service, []).append(severity)
    rows = apps.get_model("readiness", "ServiceStatus").objects
    for service, severities in found.items():
        rows.filter(service=service).update(open_incidents=len(severities), worst_incident=min(severities))


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0011_alerts_by_their_end"),
        ("readiness", "0014_open_incidents"),
    ]

    operations = [
        migrations.RunPython(count, migrations.RunPython.noop),
    ]
