"""Who listens to what: one public room and one desk room per event."""

PUBLIC = "public"
DESK = "desk"


def public_room(slug: str) -> str:
    """Return the room that gets what anybody may see."""
    return f"{PUBLIC}:{slug}"


def desk_room(slug: str) -> str:
    """Return the room that gets pending text too: staff only."""
    return f"{DESK}:{slug}"
