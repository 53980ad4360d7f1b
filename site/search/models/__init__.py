"""What search keeps in the database: pending index work, and words that mean the same."""

from search.models.outbox import OutboxEntry
from search.models.synonym import Synonym

__all__ = ["OutboxEntry", "Synonym"]
