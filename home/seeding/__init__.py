"""Generated content at the size of a prefecture.

`places`, `figures`, `rules`, `records` and `corpus` compose texts and know no Django; `writing`
puts them into the database in bulk.
"""
