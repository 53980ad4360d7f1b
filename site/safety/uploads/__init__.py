"""What a file must be to enter the site: judged by content, bounded in size, number and space.

`handler` stands before every file input (name, size, number, day's allowance); `checks` looks into
what becomes an image or document; `packages` and `portable` into Office files and PDF.
"""
