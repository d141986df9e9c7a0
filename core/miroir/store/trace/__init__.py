"""The journal in the store: lines, their head, details of persons, heads signed."""
