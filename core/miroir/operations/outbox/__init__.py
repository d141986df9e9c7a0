"""Carrying out what the outbox holds, and what a person does about the rest."""
