"""Ships the local synonyms a search must treat as one; administrators may change them."""

from django.db import migrations

SHIPPED = [
    "客事、办客、酒席、宴席、办酒、办酒席",
    "礼金、份子钱、随礼、挂礼",
    "彩礼、聘礼",
    "白事、丧事",
    "红事、喜事",
]


def ship(apps, schema_editor):
    synonym = apps.get_model("search", "Synonym")
    database = schema_editor.connection.alias
    if not synonym.objects.using(database).exists():
        synonym.objects.using(database).bulk_create([synonym(words=words) for words in SHIPPED])


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]

    operations = [migrations.RunPython(ship, migrations.RunPython.noop, elidable=False)]
