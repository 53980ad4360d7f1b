"""Reading the text of files that strangers made, within bounds. Knows no Django."""
