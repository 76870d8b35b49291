"""How long what people write about a visit may be, in characters."""

LINE_LENGTH = 200
TEASER_LENGTH = 300
TEXT_LENGTH = 100_000
COMMENT_LENGTH = 5_000
REASON_LENGTH = 2_000
