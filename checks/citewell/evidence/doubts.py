"""Their failure, or ours? Nothing is held against a host while our own network may be down."""

from typing import Generic, TypeVar

from citewell.facts import Failure, Hop, Target

Job = TypeVar("Job")

OUTAGE = "our own network seems to be down: nothing that was asked has answered"
LOST = "our own network seems to have gone down: nothing has answered since"
PATIENCE = 10.0
"""Seconds after which our own network is taken to be down, if nothing at all has answered."""

_MAY_BE_OURS = (Failure.NO_NAME, Failure.NO_CONNECTION, Failure.NO_TRUST, Failure.TIMEOUT)


class Doubts(Generic[Job]):
    """What has failed, until something answers after it.

    A name that is not found, a call that nobody takes, a certificate of a stranger: all of
    that looks the same when a host is down as when we are, or sit behind a gateway that
    lets nobody through. Whatever answers later is a witness that it was not us.
    """

    def __init__(self) -> None:
        """Nothing has failed, and nothing has answered."""
        self.witness: Target | None = None
        self.jobs: list[Job] = []

    def applies_to(self, hop: Hop) -> bool:
        """Whether the failure of *hop* may be ours."""
        if hop.failure is Failure.BROKEN:  # there was somebody, be it a gateway of our own
            return self.witness is None
        return hop.failure in _MAY_BE_OURS

    def hear(self, target: Target) -> list[Job]:
        """Note that *target* has answered: what failed before that was not our failure.

        The first that answers stays the witness to be asked again, unless it is a page: a
        registry is the steadier one.
        """
        if self.witness is None or (self.witness.kind, target.kind) == ("url", "doi"):
            self.witness = target
        jobs, self.jobs = self.jobs, []
        return jobs
