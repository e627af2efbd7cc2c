"""What people do with surveys and on the board."""
