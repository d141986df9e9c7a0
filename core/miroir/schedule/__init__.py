"""When things come due: pure rules, which know neither clock nor database."""
