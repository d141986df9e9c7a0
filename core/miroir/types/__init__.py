"""What hooks take and return: frozen, keyword-only dataclasses."""
