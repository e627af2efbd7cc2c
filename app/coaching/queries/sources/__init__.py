"""Where measures come from: the rubric, customers' responses, courses, and actions that were agreed."""
