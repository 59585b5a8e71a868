"""Lists for people and programs: columns, filters that stand in the URL, an order, pages, and JSON and CSV of them."""
