"""Sessions in which people practise the inspector's work: staged, scored, kept, and taught back to the simulator."""
