"""What is scheduled: who may run it, what is due, where each job stands."""
