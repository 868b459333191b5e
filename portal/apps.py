"""Portal's app config."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class PortalConfig(AppConfig):
    """The ground floor; registers the system checks."""

    name = "portal"
    verbose_name = "Portal"

    def ready(self) -> None:
        """Loads what registers itself."""
        from portal.forms import wording

        wording.speak()
        from portal import checks, contributions, guards, sign_in, uploads, verbs  # noqa: F401  importing registers
        from portal.append_only import upkeep

        uploads.take_long_heads()
        pre_migrate.connect(upkeep.before_migrations, sender=self)
        post_migrate.connect(upkeep.after_migrations, sender=self)
