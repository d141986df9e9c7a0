"""Adhesion contracts worked: examined, plans proposed, decided, applied, undone."""
