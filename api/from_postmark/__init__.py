"""What Postmark tells becomes facts."""
