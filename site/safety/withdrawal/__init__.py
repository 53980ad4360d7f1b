"""Takes a published page down everywhere at once, and keeps it down.

- `withdrawing.withdraw` does it; `withdrawing.purge_copies` takes all copies of a page away and
  leaves the page, for a text of which words were made unreadable.
- `registry`: rooms name what they hold of a page (`register_purger`) and what is to be done
  outside the database (`register_eraser`).
- `erasing` deletes files and index entries after the commit, and goes on where a killed process
  stopped; `ledger` is the list outside the database, applied again after a restore.
- `addresses` and `middleware`: the answer 410.
"""
