"""The report of an incident: what it tells, how it is shown, what it leaves out."""
