"""Local derivatives, the reverse sweep, simplification, and terms as matrix notation."""
