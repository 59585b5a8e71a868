"""What is worth doing next, and why: the customers of a creditor in the order in which people should look at them."""
