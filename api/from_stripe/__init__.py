"""What Stripe tells us, brought to the case service: money, invoices, customers and their payment methods."""
