"""Doubles of outside systems, each in a process of its own. No proof of any product."""
