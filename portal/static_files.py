"""Where static files go: hashed names, compressed once when they are collected."""

from collections.abc import Iterable, Iterator

from whitenoise.storage import CompressedManifestStaticFilesStorage

LEFT_AS_THEY_ARE = "drf_spectacular_sidecar/"
"""The API documentation's files: large, rarely opened, and most of the time that compressing takes."""


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage, which leaves the API documentation's files uncompressed."""

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        yield from super().compress_files(path for path in paths if not path.startswith(LEFT_AS_THEY_ARE))
