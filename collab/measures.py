"""What a process measures of its documents."""

from prometheus_client import Histogram

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

COMMITS = Histogram(
    "workspace_documents_commit_seconds",
    "How long a commit of document updates took, of all that had gathered until then.",
    buckets=SECONDS,
)
ACKNOWLEDGEMENTS = Histogram(
    "workspace_documents_acknowledgement_seconds",
    "From the arrival of a document's update until the answer that it is saved.",
    buckets=SECONDS,
)
