"""What a process measures of its streams. Nothing here is touched per delivery: a round of them is added at once."""

from prometheus_client import Counter, Histogram

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

COMMITS = Histogram(
    "workspace_events_commit_seconds",
    "From the moment in which a transaction began to publish, and holds its streams, until it is committed.",
    buckets=SECONDS,
)
PUBLISHED = Counter("workspace_events_published", "Events that this process has published and committed.")
DELIVERED = Counter("workspace_events_delivered", "Events written to sockets of this process.")
