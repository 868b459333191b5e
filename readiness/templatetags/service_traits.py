"""What a service declares about itself, in the few words of a tag."""

from django import template

from readiness.models import Service

register = template.Library()

WORDS = {
    "automated_retraining": "Retrained automatically",
    "streaming": "Streaming",
    "caching": "Caching",
    "personal_data": "Personal data",
    "user_facing": "User-facing",
    "file_uploads": "File uploads",
}


@register.filter
def trait_words(service: Service) -> list[str]:
    """Model source, the traits it has, and the regulations it is under."""
    traits = [word for field, word in WORDS.items() if getattr(service, field)]
    return [service.get_sourcing_display(), *traits, *service.regulation_labels]
