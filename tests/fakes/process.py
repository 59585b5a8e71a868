"""A process that dies between two moves, as real ones do."""


class ProcessDied(BaseException):
    """The process was killed: nothing after this moment ran, and nothing could catch it."""


class Mortal:
    """A fake whose process dies once, right after the call named by `dies_after`."""

    dies_after: str | None = None

    def survives(self, call: str) -> None:
        if self.dies_after == call:
            self.dies_after = None
            raise ProcessDied(call)
