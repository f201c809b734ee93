"""Who listens to what: one public room and one desk room per event."""

PUBLIC = "public"
DESK = "desk"


def public_room(slug: str) -> str:
    """Return the room that gets what anybody may see."""
    return f"{PUBLIC}:{slug}"


def desk_room(slug: str) -> str:
    """Return the room that gets pending text too: staff only."""
    return f"{DESK}:{slug}"


def is_shared(room: str | None) -> bool:
    """Say whether a room is one of these, and not one client's own."""
    return str(room).startswith((f"{PUBLIC}:", f"{DESK}:"))
