"""Nothing that is sent is passed over: a field or a parameter that does not exist is a mistake, said by its name."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Model, QuerySet
from django.http import QueryDict
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.filters import OrderingFilter
from rest_framework.request import Request
from rest_framework.views import APIView


class Input(serializers.Serializer[Any]):
    """Base of what goes in, as body or as query."""

    def to_internal_value(self, data: Any) -> Any:
        """What was sent, checked; raises ValidationError at each field that is wrong, unknown ones among them."""
        unknown = unknown_fields(data, self.fields) if isinstance(data, Mapping | QueryDict) else {}
        try:
            value = super().to_internal_value(data)
        except ValidationError as error:
            known = error.detail if isinstance(error.detail, dict) else {}
            raise ValidationError({**known, **unknown}) from error
        if unknown:
            raise ValidationError(unknown)
        return value


class Ordering(OrderingFilter):
    """Sorts by what the view offers; anything else is refused."""

    def remove_invalid_fields(
        self, queryset: QuerySet[Model], fields: Any, view: APIView, request: Request
    ) -> list[str]:
        """The fields, if the list can be sorted by each."""
        offered = [name for name, _ in self.get_valid_fields(queryset, view, {"request": request})]
        if strange := [field for field in fields if field.removeprefix("-") not in offered]:
            words = f"There is no ordering “{strange[0][:60]}”. Use {', '.join(offered)}, with - before it to turn it."
            raise ValidationError({self.ordering_param: [words]})
        return list(fields)


def refuse_unknown(given: QueryDict, known: Collection[str]) -> None:
    """Raises ValidationError at each parameter that is not known, and at each that is given twice."""
    if wrong := unknown_fields(given, known):
        raise ValidationError(wrong)


def unknown_fields(given: Mapping[str, Any] | QueryDict, known: Collection[str]) -> dict[str, list[str]]:
    """What does not exist or stands twice, by name, with the names there are."""
    offered = f"Use {', '.join(sorted(known))}." if known else "This address takes none."
    wrong = {str(name)[:80]: [f"There is no such field. {offered}"] for name in given if name not in known}
    if isinstance(given, QueryDict):
        twice = {name: ["It is given more than once."] for name in given if len(given.getlist(name)) > 1}
        wrong = {**twice, **wrong}
    return wrong
