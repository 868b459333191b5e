"""What can be found: one row for each thing that has words, and how far the record was followed (docs/adr/0011)."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from portal.models.scopes import Scope
from portal.permissions import Access


class SearchEntryQuerySet(models.QuerySet["SearchEntry"]):
    """What somebody may find."""

    def visible_to(self, access: Access) -> Self:
        """What hangs on a scope the person may see, and what belongs to nobody: the catalogue's own."""
        return self.filter(Q(scope__isnull=True) | Q(scope__in=Scope.objects.visible_to(access)))


class SearchEntry(models.Model):
    """The words of one thing: its kind, which one it is, what it hangs on, its page. Made of rows; never the truth."""

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=64, help_text="The opaque name by which the record knows it.")
    scope = models.ForeignKey(Scope, null=True, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(max_length=300)
    body = models.TextField()
    address = models.CharField(max_length=500)
    changed_at = models.DateTimeField(null=True)

    objects = SearchEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "search entries"
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="search_entry_once")]

    def __str__(self) -> str:
        return self.title


if TYPE_CHECKING:
    _Text = models.TextField[str, str]
else:
    _Text = models.TextField


class WordsField(_Text):
    """What a database searches; `portal.full_text` gives it the lookup `said`, by the database in use."""


class SearchWords(models.Model):
    """The same rows as the database searches them: a table of FTS5 on SQLite, a `tsvector` on PostgreSQL.

    Migration 0004 makes it. FTS5 answers a match on the column that is called like its table, so both are called so;
    `title` and `body` are FTS5's alone. Written by `portal.full_text`, read through `entry`.
    """

    entry = models.OneToOneField(
        SearchEntry, primary_key=True, db_column="rowid", on_delete=models.DO_NOTHING, related_name="words"
    )
    words = WordsField(db_column="portal_searchwords")
    title = models.TextField()
    body = models.TextField()

    class Meta:
        managed = False
        db_table = "portal_searchwords"

    def __str__(self) -> str:
        return f"words of {self.entry_id}"


class SearchMark(models.Model):
    """Up to which event the record was followed. One row; whoever writes entries holds it."""

    number = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"up to event {self.number}"
