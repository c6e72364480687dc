"""What drivers write where the server could say nothing any more: looked at only where no word of its own is there."""

from __future__ import annotations

from console.core.errors.rule import Rule, Sort

_UNREACHED = (
    r"\bECONNREFUSED\b|\bENOTFOUND\b|\bETIMEDOUT\b|\bP1001\b|Connection refused|could not translate host name"
    r"|Can't connect to (?:local |MySQL |server )|No route to host|The connection attempt failed"
    r"|Name or service not known"
)
_LOST = (
    r"Connection terminated unexpectedly|\bECONNRESET\b|\bEPIPE\b|PROTOCOL_CONNECTION_LOST|\bP1017\b"
    r"|Communications link failure|I/O error occurred while sending to the backend|This connection has been closed"
    r"|driver: bad connection|\binvalid connection\b|\bbroken pipe\b|(?:error|failed)[^\n]*: unexpected EOF\s*$"
    r"|Exception while (?:reading from|writing to) (?:the )?stream|no connection to the server|SSL SYSCALL error"
    r"|Connection lost: The server closed the connection|Client has encountered a connection error"
)
DRIVERS = (
    Rule(
        (),
        _UNREACHED,
        Sort.LOST,
        "the server was not reached",
        "Find out whether it runs and lets you in; what was sent before is seen by assessing again.",
    ),
    Rule(
        (),
        _LOST,
        Sort.LOST,
        "the connection was lost: the statement may still run, or have landed",
        "Assess again before anything is run.",
    ),
)
