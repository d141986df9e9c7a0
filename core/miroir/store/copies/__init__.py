"""Copies of a store: taken while it works, and put back without sending twice."""
