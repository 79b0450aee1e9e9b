"""The one way in which this reader says no.

Invariant: every refusal carries the name of the check that failed, and no other exception means anything.
"""

CHECKS = (
    "shape", "checkpoint", "genesis", "inclusion", "signatures", "history",
    "authority", "keys", "binding", "policy", "complete", "effect", "artefact", "freshness",
)


class Refused(Exception):
    """A check that does not hold, by its name on the page."""

    def __init__(self, check, detail):
        assert check in CHECKS
        super().__init__(f"{check}: {detail}")
        self.check = check
        self.detail = detail


def demand(holds, check, detail):
    """Go on only if the statement holds."""
    if not holds:
        raise Refused(check, detail)
