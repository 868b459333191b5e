"""How a promise reports what it measured: one line that `./test` and a reader find."""


def tell(row: str, measured: object, limit: object, *, kept: bool) -> None:
    """Print the line of a promise and fail the test when it was not kept."""
    print(f"RESULT {row} {measured} {limit} {'PASS' if kept else 'FAIL'}")
    assert kept, f"{row}: measured {measured}, promised {limit}"
