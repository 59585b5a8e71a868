"""What goes over the wire: one shape in and one out of every address, strict, with an example."""
