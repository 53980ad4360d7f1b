"""Ships the situations; propaganda, county and prefecture may add to and change them."""

from django.db import migrations

from home.situations.shipped import shipped_situations


def ship(apps, schema_editor):
    database = schema_editor.connection.alias
    situations = apps.get_model("home", "Situation").objects.using(database)
    matters = apps.get_model("covenants", "Matter").objects.using(database)
    if situations.exists():
        return
    for order, row in enumerate(shipped_situations(), start=1):
        situation = situations.create(
            slug=row["slug"],
            icon=row["icon"],
            name=row["name"],
            question=row["question"],
            explanation=row["explanation"],
            words=row["words"],
            weak_words=row["weak"],
            ignored_words=row["ignored"],
            scopes=row["scopes"],
            council=row["council"],
            report=row["report"],
            order=order * 10,
        )
        situation.matters.set(matters.filter(key__in=row["matters"]))


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0002_situations"),
        ("covenants", "0004_shipped_limit_words"),
    ]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
