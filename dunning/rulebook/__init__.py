"""The rule book: what card networks, bank schemes and providers allow, as dated rows, and the one question it answers.

*May this method be tried now; if not, from when; or never, and why* (C2, C4). Rows are read on the day of the attempt,
never pinned with a case, so nothing that a workflow decides may ask the book: activities ask it, and so do the
simulator and the forecast. The answer goes into the history with the row that decided.
"""
