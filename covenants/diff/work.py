"""How much a comparison may cost, counted in steps, never in seconds."""

from contextlib import contextmanager

EDITION_LIMIT = 1_000_000
"""Steps of one comparison of two editions: about a second of Python at worst."""

TEXT_LIMIT = 250_000
"""Steps for one pair of texts; two wholly different texts of 300 characters need fewer."""


class Work:
    """A budget of steps shared by all parts of one comparison.

    `spent` counts steps of the searches whose cost may grow with the square of the text; they
    stop when `limit` is reached and a coarser answer is given. `passes` counts characters and
    lines read by passes that are linear in the text.
    """

    def __init__(self, limit: int = EDITION_LIMIT):
        self.limit = limit
        self.spent = 0
        self.passes = 0
        self.coarse = False

    @property
    def left(self) -> int:
        return max(self.limit - self.spent, 0)

    @contextmanager
    def part(self, share: int):
        """A budget of its own of at most one `share`th of the whole, spent from this one."""
        part = Work(min(self.limit // share, self.left))
        try:
            yield part
        finally:
            self.spent += part.spent
            self.passes += part.passes
            self.coarse = self.coarse or part.coarse

    def take(self, steps: int) -> bool:
        """Spend steps if there are so many left; without them the answer will be coarser."""
        if steps > self.left:
            self.coarse = True
            return False
        self.spent += steps
        return True
