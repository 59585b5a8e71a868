"""The rules of collecting what is owed, pure: the same facts at the same moment give the same answer, anywhere."""
