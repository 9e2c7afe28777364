"""The frame of every page: what surrounds it, what protects it, and how it says no."""
