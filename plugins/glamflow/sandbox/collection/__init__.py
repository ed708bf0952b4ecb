"""The sample collection: facts, pictures and the table of what must become of each record. See README.md."""
