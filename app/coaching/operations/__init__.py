"""What people do in coaching."""
