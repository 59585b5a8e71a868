"""What the description of the API says beside the shapes: the meaning of fields, examples, problems with theirs."""
