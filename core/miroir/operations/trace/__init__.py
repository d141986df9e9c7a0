"""What is done with the journal: verified, shown, handed over, erased from."""
