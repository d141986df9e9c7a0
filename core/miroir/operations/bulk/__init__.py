"""A month of many companies at once: shards, then one publication."""
