"""What people read of surveys and the board; they write nothing."""
