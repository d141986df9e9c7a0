"""The connectors that come with Miroir, found as those of a GPS are."""
