"""The staffing study: how many inspectors and patrols, on which shifts, and how sure that is."""
