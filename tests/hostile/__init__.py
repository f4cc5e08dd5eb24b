"""Text that wants to be markup, put wherever the portal keeps text, and pages taken apart to see what became of it."""
