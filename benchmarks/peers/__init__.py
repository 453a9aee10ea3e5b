"""One workload in each peer simulator's own idiom; the scripts run in the peers' own environments, as files."""
