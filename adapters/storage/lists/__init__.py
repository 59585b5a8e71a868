"""What people and pages read: lists a page at a time. Nothing here changes anything."""
