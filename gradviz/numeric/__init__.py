"""Values and gradients in numbers."""
