"""The addresses for programs, one file for each thing of the trade."""
