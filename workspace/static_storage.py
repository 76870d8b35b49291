"""Static files under names that carry their content's hash, also where one ES module imports another."""

from servestatic.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # servestatic has no types
    """Rewrites ``import`` statements too, so that a module and what it imports are always of one build."""

    support_js_module_import_aggregation = True
    # Each pass settles the modules that import only settled ones; with Django's 5, a chain of six imports fails.
    max_post_process_passes = 20
