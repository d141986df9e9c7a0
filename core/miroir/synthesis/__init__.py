"""What is said of a case: call sheet, summary mail, text of the shared record."""
