"""What an outward action becomes: its states, and what each answer leads to."""
