"""How large a document, a frame and what one connection keeps waiting may become."""

MAX_TEXT_BYTES = 1_000_000
MAX_DOCUMENT_BYTES = 5_000_000
MAX_FRAME_BYTES = 8 * 1024 * 1024
MAX_PRESENCE_BYTES = 4 * 1024
# How often one connection may tell where it is, on the whole and at once, before it is no longer read for a moment.
PRESENCES_PER_SECOND = 60
PRESENCES_AT_ONCE = 120
# In how many places one update may delete: where they are many, applying it grows with their square.
MAX_DELETIONS = 30_000
# Updates of one connection that wait for missing ones.
MAX_WAITING = 4_000
MAX_WAITING_BYTES = 2 * 1024 * 1024
# What one connection may have sent and not have acknowledged, before it is no longer read.
MAX_UNSAVED_BYTES = 16 * 1024 * 1024
# What waits to be written to one connection whose peer does not read.
MAX_UNREAD_BYTES = 32 * 1024 * 1024
