"""What an audit pack shows of a service, read from the record as it stood after one of its events."""
