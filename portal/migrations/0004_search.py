import django.db.models.deletion
from django.db import migrations, models

MAKE = {
    "sqlite": (
        "CREATE VIRTUAL TABLE portal_searchwords USING fts5(title, body, tokenize = 'unicode61', prefix = '2 3')",
        "INSERT INTO portal_searchwords (portal_searchwords, rank) VALUES ('rank', 'bm25(8.0, 1.0)')",
    ),
    "postgresql": (
        "CREATE TABLE portal_searchwords (rowid bigint PRIMARY KEY, portal_searchwords tsvector NOT NULL)",
        "CREATE INDEX portal_searchwords_gin ON portal_searchwords USING gin (portal_searchwords)",
    ),
}


def make_words(apps, schema_editor):
    """The table of words: FTS5 or a tsvector. No ORM makes either; both are called alike, as are their columns."""
    for statement in MAKE[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def unmake_words(apps, schema_editor):
    schema_editor.execute("DROP TABLE portal_searchwords", params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0003_daily_mail"),
    ]

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=40)),
                ("key", models.CharField(help_text="The opaque name by which the record knows it.", max_length=64)),
                ("title", models.CharField(max_length=300)),
                ("body", models.TextField()),
                ("address", models.CharField(max_length=500)),
                ("changed_at", models.DateTimeField(null=True)),
                (
                    "scope",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="portal.scope"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "search entries",
            },
        ),
        migrations.CreateModel(
            name="SearchMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="SearchWords",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        db_column="rowid",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="words",
                        serialize=False,
                        to="portal.searchentry",
                    ),
                ),
                ("words", models.TextField(db_column="portal_searchwords")),
                ("rank", models.FloatField()),
            ],
            options={
                "db_table": "portal_searchwords",
                "managed": False,
            },
        ),
        migrations.RunPython(make_words, unmake_words),
        migrations.AddConstraint(
            model_name="searchentry",
            constraint=models.UniqueConstraint(fields=("kind", "key"), name="search_entry_once"),
        ),
    ]
