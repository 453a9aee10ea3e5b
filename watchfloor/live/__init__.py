"""Live sessions: the city on the wall clock, real feeds and badges, and people who confirm and send."""
