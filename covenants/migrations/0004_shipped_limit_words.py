"""Ships the matters and measures of limits; county administrators may add to and change them."""

from django.db import migrations

from covenants.limits import SHIPPED


def ship(apps, schema_editor):
    database = schema_editor.connection.alias
    measures = apps.get_model("covenants", "Measure").objects.using(database)
    matters = apps.get_model("covenants", "Matter").objects.using(database)
    if measures.exists():
        return
    by_key = {}
    for order, measure in enumerate(SHIPPED.measures, start=1):
        by_key[measure.key] = measures.create(
            key=measure.key,
            name=measure.name,
            unit=measure.unit,
            words="、".join(measure.words),
            loose_words="、".join(measure.loose),
            order=order * 10,
        )
    for order, matter in enumerate(SHIPPED.matters, start=1):
        row = matters.create(
            key=matter.key,
            name=matter.name,
            measure=by_key[matter.measures[0]],
            words="、".join(matter.words),
            weak_words="、".join(matter.weak),
            assumed=matter.assumed,
            waivable=matter.waivable,
            general=matter.general,
            order=order * 10,
        )
        row.further_measures.set([by_key[key] for key in matter.measures[1:]])


class Migration(migrations.Migration):
    dependencies = [("covenants", "0003_limits")]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
