"""What search keeps in the database: index work, synonyms, questions, and what was not found."""

from search.models.miss import Miss
from search.models.outbox import OutboxEntry
from search.models.question import CommonQuestion
from search.models.synonym import Synonym

__all__ = ["CommonQuestion", "Miss", "OutboxEntry", "Synonym"]
