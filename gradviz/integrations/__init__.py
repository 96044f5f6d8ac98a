"""Other programs' objects: optional and thin."""
