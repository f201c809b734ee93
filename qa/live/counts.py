"""What this process has counted of its sockets since it started; ``metrics`` shows it."""

from dataclasses import dataclass


@dataclass(slots=True)
class Counts:
    """Plain numbers: counting costs nothing worth measuring."""

    broadcasts: int = 0
    deliveries: int = 0
    broadcast_s: float = 0.0
    slow_readers: int = 0
    faulty_frames: int = 0
    refused: int = 0


COUNTS = Counts()
