"""What Stripe tells us, brought to the desk: money, invoices, customers and their payment methods."""
