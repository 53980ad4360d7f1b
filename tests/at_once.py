"""Steps that several people take at the same instant, each on a connection of their own."""

import threading

from django.core.exceptions import ValidationError
from django.db import connection

from editorial.review import ReviewRefused


def at_once(*steps):
    """What the steps return, in their order; refusals as themselves. Any other error is raised."""
    barrier, outcomes, errors = threading.Barrier(len(steps)), {}, []

    def run(number, step):
        barrier.wait()
        try:
            outcomes[number] = step()
        except (ReviewRefused, ValidationError) as refused:
            outcomes[number] = refused
        except Exception as error:  # noqa: BLE001
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(steps)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return [outcomes[number] for number in range(len(steps))]
