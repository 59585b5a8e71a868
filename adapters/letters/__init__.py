"""Letters on paper: pages as PDF, and the folder from which they are printed."""
