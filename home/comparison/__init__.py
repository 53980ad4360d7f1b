"""The same limit across the villages of a place: side by side, never ranked."""
