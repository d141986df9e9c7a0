"""What rows are about: adhesion conditions, campaign lines, tasks."""
