"""The process that runs workflows and activities, and the Temporal server that comes with it when none is given."""
