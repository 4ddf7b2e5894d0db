"""What a careful referee would check: the numbers of a sample held against each other."""

from papilio.ledger.facts import Cooldown, Facts, OutsideFacts, Published
from papilio.ledger.finding import VERDICTS, finding
from papilio.ledger.first_principles import with_first_principles
from papilio.ledger.table import CHECKS, STUDY_CHECKS, Check, StudyCheck, across, ledger, tally

__all__ = [
    "CHECKS",
    "STUDY_CHECKS",
    "VERDICTS",
    "Check",
    "Cooldown",
    "Facts",
    "OutsideFacts",
    "Published",
    "StudyCheck",
    "across",
    "finding",
    "ledger",
    "tally",
    "with_first_principles",
]
