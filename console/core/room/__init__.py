"""Several people on one incident: who is there, who may act, who has to agree.

Who has the wheel and who agreed to what are lines of the journal: nobody can change them later, a report finds them.
Who is there just now is not worth keeping; it is told by each console once a second (`core.ports_room.Presence`).
"""
