"""Ships the honours of the prefecture's practice; administrators may add to and rename them."""

from django.db import migrations

HONOURS = [
    "平安家庭",
    "民族团结进步创建示范家庭",
    "文明家庭",
    "最美家庭",
    "五星文明户",
    "十星文明户",
    "美丽庭院",
]


def ship(apps, schema_editor):
    honours = apps.get_model("villages", "Honour").objects.using(schema_editor.connection.alias)
    for order, name in enumerate(HONOURS, start=1):
        honours.get_or_create(name=name, defaults={"order": order * 10})


class Migration(migrations.Migration):
    dependencies = [("villages", "0001_initial")]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
