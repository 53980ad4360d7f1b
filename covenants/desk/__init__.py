"""The importer's desk: the original's lines beside the parsed units, corrected by hand.

`units`, `lines`, `edits` and `sheet` are pure; `work` keeps a sheet on its `RuleSource` and says
who may change it; `handing_in` is the way of a file that the township splits for a village.
"""
