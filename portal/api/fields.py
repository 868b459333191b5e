"""Fields that several shapes of the API share: a day, a moment, a file, each as the forms of the pages take them."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from portal import dates, uploads
from portal.forms.fields import LONGEST_FILE_NAME
from portal.rules import texts

LARGEST_NUMBER = 2**31 - 1


class Day(serializers.DateField):
    """A day that somebody can mean."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.validators += [
            MinValueValidator(dates.EARLIEST, dates.OUTSIDE),
            MaxValueValidator(dates.LATEST, dates.OUTSIDE),
        ]


class Moment(serializers.DateTimeField):
    """A moment that somebody can mean, with its zone; without one it is read as UTC."""

    def to_internal_value(self, value: Any) -> Any:
        """The moment, aware; refused before it is reckoned with where no calendar could hold it in every zone."""
        try:
            moment = super().to_internal_value(value)
        except OverflowError:
            raise ValidationError(dates.OUTSIDE) from None
        if not dates.can_be_meant(moment):
            raise ValidationError(dates.OUTSIDE)
        return moment


class Version(serializers.IntegerField):
    """The version or revision of something that the caller saw; None where it may be left out and is."""

    def __init__(self, *, required: bool = False, **options: Any) -> None:
        left_out: dict[str, Any] = {} if required else {"required": False, "default": None}
        super().__init__(min_value=0, max_value=LARGEST_NUMBER, **left_out, **options)


class Upload(serializers.FileField):
    """A file with a name that can be kept."""

    def to_internal_value(self, data: Any) -> Any:
        """The file; says what is wrong with its name."""
        file = super().to_internal_value(data)
        if words := texts.refusal(uploads.name_of(file), LONGEST_FILE_NAME):
            raise ValidationError(f"The file’s name: {words[0].lower()}{words[1:]} Rename it.")
        return file
