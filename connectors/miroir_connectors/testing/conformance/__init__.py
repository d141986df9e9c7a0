"""The contracts of our connectors: one module per plugin."""
