"""The schedule at work: jobs at their rhythm, what is due handed over."""
