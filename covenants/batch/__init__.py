"""The import of a whole county: a zip is looked at, reported, run, and for a day taken back.

All state is in the database (`ImportBatch`, `ImportRow`); the work is done by `manage.py work`,
which may be killed at any moment.
"""
