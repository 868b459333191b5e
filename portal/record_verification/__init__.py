"""Verifying the record: does everything that is kept still follow from the chain, and the chain from itself?

What this finds: a change, a deletion, an insertion or a new order anywhere before the head. What it cannot find alone
is a record rewritten from one end to the other; for that an earlier head is compared that was kept elsewhere (every
audit pack carries one).
"""

from portal.record_verification.findings import Problem, Tally, facts_of, further_checks
from portal.record_verification.verifying import Verification, verify

__all__ = ["Problem", "Tally", "Verification", "facts_of", "further_checks", "verify"]
