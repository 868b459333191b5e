"""Starts the audit record: this installation's id and the digest the first event follows."""

import hashlib
import uuid

from django.db import migrations


def start(apps, schema_editor):
    """Makes the head row once; the genesis digest is bound to the installation (portal.audit.genesis)."""
    deployment = uuid.uuid4()
    digest = hashlib.sha256(b"gatehouse record " + str(deployment).encode()).hexdigest()
    apps.get_model("portal", "AuditHead").objects.get_or_create(
        pk=1, defaults={"deployment": deployment, "number": 0, "digest": digest}
    )


def stop(apps, schema_editor):
    """Only an empty record may be taken down."""
    if apps.get_model("portal", "AuditEvent").objects.exists():
        raise RuntimeError("The record holds events; it is not taken down by a migration.")
    apps.get_model("portal", "AuditHead").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("portal", "0001_initial")]

    operations = [migrations.RunPython(start, stop)]
