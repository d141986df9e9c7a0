"""What is done to dossiers: each function is one act, in one transaction."""
