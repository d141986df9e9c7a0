"""Real servers, on the loopback only, forgotten at the end."""
