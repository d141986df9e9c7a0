"""Dossiers and all that they hold, in tables of their own."""
