"""The parts that drawn scenes are made of: surfaces, figures, vehicles, things that fly, weather and light."""
