"""The outbox: actions to carry out, every attempt at them, and who may go on."""
