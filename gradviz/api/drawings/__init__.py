"""Explanations as drawings: what boxes and wires say in each view, and what each step shows."""
