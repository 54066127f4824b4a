"""The data-entry form: its schema, its rules, and how a returned form is read."""
