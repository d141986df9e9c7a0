"""What leaves for others: mails, records, cases handed over. All by the outbox."""
