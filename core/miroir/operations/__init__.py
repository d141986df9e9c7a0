"""What runs against the store: collecting from sources, redoing a company."""
