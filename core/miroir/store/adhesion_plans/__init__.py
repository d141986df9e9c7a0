"""Plans of adhesion contracts, and the one decision about each."""
