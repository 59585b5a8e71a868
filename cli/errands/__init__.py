"""What a command asks of an installation: the process that runs it does it at once, else the command does it itself."""
