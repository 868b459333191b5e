"""What each of the demonstration's services is, and the numbers and names that its teams speak of."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from readiness.rules.measures import Targets
from readiness.rules.services import Facts


@dataclass(frozen=True)
class Profile:
    """A service as it is registered, and the words that fill the braces of what is said about it."""

    slug: str
    facts: Facts
    promised: Targets
    words: dict[str, str]

    def say(self, text: str) -> str:
        """The text with the service's own words in its braces."""
        return text.format(slug=self.slug, stack=self.facts.serving_stack, **self.words)


def _profile(slug: str, facts: dict[str, Any], promised: dict[str, str], words: dict[str, str]) -> Profile:
    plain = ("currency", "accuracy_metric")
    numbers = {name: value if name in plain else Decimal(value) for name, value in promised.items()}
    found = {"accuracy_target": promised.get("accuracy", ""), "metric": promised.get("accuracy_metric", "")}
    repository = f"https://git.example.com/{slug}"
    targets = Targets(**numbers)  # type: ignore[arg-type]  # words and numbers, each where it belongs
    return Profile(slug, Facts(repository_url=repository, **facts), targets, found | words)


FRAUD = _profile(
    "fraud-scoring",
    {
        "name": "Card fraud scoring",
        "description": (
            "Scores every card payment before it is approved. A score above the threshold declines the payment or "
            "sends it to manual review; the payment service waits for the answer."
        ),
        "tier": 1,
        "tier_reason": "Card payments stop, or run unprotected, while it is down. Losses start within minutes.",
        "sourcing": "self-hosted",
        "automated_retraining": True,
        "caching": True,
        "personal_data": True,
        "regulations": ("gdpr", "eu-ai-act-limited"),
        "residency": "Frankfurt, two data centres; nothing leaves the EU",
        "consent": "Not needed: legitimate interest in preventing fraud, recital 47",
        "deletion": "Features after 13 months, predictions after 400 days, by a nightly job",
        "serving_stack": "Triton on Kubernetes, feature store in Redis",
    },
    {
        "p95_ms": "45",
        "p99_ms": "95",
        "error_rate": "0.1",
        "cost_per_prediction": "0.0005",
        "accuracy": "0.9",
        "accuracy_metric": "Recall at 0.1 % false positives",
        "availability": "99.95",
        "expected_peak": "450",
        "rollback_minutes": "10",
    },
    {
        "model": "fraud-gbm 5.8.1",
        "previous": "fraud-gbm 5.7.2",
        "release": "5.8.0",
        "peak": "450",
        "tested": "960",
        "p95": "38.2",
        "p99": "84.6",
        "cost": "0.00041",
        "accuracy_found": "0.914",
        "guardrail": "Good customers declined, per cent",
        "guardrail_found": "0.08",
        "guardrail_limit": "0.1",
        "drill_minutes": "6.5",
        "fallback": "the rules engine took over within two seconds.",
    },
)

COPILOT = _profile(
    "support-copilot",
    {
        "name": "Support copilot",
        "description": (
            "Drafts answers for support agents from the help pages and the customer’s case. Agents read, change and "
            "send; nothing goes out by itself."
        ),
        "tier": 2,
        "tier_reason": "480 agents work with it all day. Without it they answer by hand, a third slower.",
        "sourcing": "third-party-api",
        "streaming": True,
        "caching": True,
        "personal_data": True,
        "user_facing": True,
        "regulations": ("gdpr", "ccpa", "eu-ai-act-limited"),
        "residency": "EU and US regions of the provider, by the customer’s country; no training on our data",
        "consent": "Part of the support terms; customers may opt out and are then served without it",
        "deletion": "Drafts after 30 days; the provider keeps nothing",
        "serving_stack": "Gateway in front of the Aurelia API, vector store in pgvector",
    },
    {
        "p95_ms": "1800",
        "p99_ms": "4200",
        "error_rate": "1",
        "cost_per_prediction": "0.014",
        "accuracy": "0.82",
        "accuracy_metric": "Drafts sent unchanged or nearly so",
        "availability": "99.5",
        "expected_peak": "22",
        "rollback_minutes": "15",
    },
    {
        "model": "aurelia-large 2026-08-30",
        "previous": "aurelia-large 2026-05-12",
        "release": "3.2.0",
        "peak": "22",
        "tested": "48",
        "p95": "1620",
        "p99": "3890",
        "cost": "0.0121",
        "accuracy_found": "0.85",
        "guardrail": "Drafts with a false promise, per cent",
        "guardrail_found": "0.31",
        "guardrail_limit": "0.5",
        "drill_minutes": "11",
        "fallback": "agents saw the matching help pages without a draft.",
    },
)

CLAIMS = _profile(
    "claims-triage",
    {
        "name": "Claims triage",
        "description": (
            "Reads new motor and household claims with their photos, proposes a track (fast, standard, expert) and "
            "the documents that are missing."
        ),
        "tier": 3,
        "tier_reason": "Handlers sort by hand when it is down; claims wait some hours longer, nobody outside notices.",
        "sourcing": "hybrid",
        "personal_data": True,
        "file_uploads": True,
        "regulations": ("gdpr", "eu-ai-act-limited"),
        "residency": "Frankfurt; photos are cut out of context before the provider’s vision model sees them",
        "consent": "Part of the insurance contract",
        "deletion": "With the claim, ten years after it is closed; photos after two",
        "serving_stack": "vLLM on two L40S nodes, vision by the Aurelia API",
    },
    {
        "p95_ms": "2500",
        "p99_ms": "6000",
        "error_rate": "1",
        "cost_per_prediction": "0.03",
        "accuracy": "0.88",
        "accuracy_metric": "Macro F1",
        "availability": "99",
        "expected_peak": "6",
    },
    {
        "model": "triage-mistral 2.4",
        "previous": "triage-mistral 2.3",
        "release": "2.4.0",
        "peak": "6",
        "tested": "14",
        "p95": "2210",
        "p99": "5480",
        "cost": "0.024",
        "accuracy_found": "0.897",
        "guardrail": "Expert cases sent to the fast track, per cent",
        "guardrail_found": "0.6",
        "guardrail_limit": "1",
        "drill_minutes": "9.5",
        "fallback": "every claim went to the standard track with a note.",
    },
)

KYC = _profile(
    "kyc-face-match",
    {
        "name": "KYC face match",
        "description": (
            "Compares the photo of an identity document with a selfie when an account is opened, and checks that the "
            "selfie is of a living person."
        ),
        "tier": 1,
        "tier_reason": "A false match opens an account for an impostor; a false rejection locks out a customer.",
        "sourcing": "self-hosted",
        "personal_data": True,
        "user_facing": True,
        "file_uploads": True,
        "regulations": ("gdpr", "eu-ai-act-high"),
        "residency": "Frankfurt, encrypted with keys of our own",
        "consent": "Asked for on the screen before the selfie; branch visit as the alternative",
        "deletion": "Selfie after 24 hours, template after the account is opened or refused",
        "serving_stack": "TensorRT on two T4 nodes",
    },
    {
        "p95_ms": "900",
        "p99_ms": "1600",
        "error_rate": "0.5",
        "cost_per_prediction": "0.006",
        "accuracy": "0.985",
        "accuracy_metric": "True match rate at 0.001 % false matches",
        "availability": "99.9",
        "expected_peak": "15",
    },
    {
        "model": "facematch-r101 2.3.1",
        "previous": "facematch-r101 2.2.0",
        "release": "2.3.1",
        "peak": "15",
        "tested": "34",
        "p95": "810",
        "p99": "1490",
        "cost": "0.0052",
        "accuracy_found": "0.987",
        "guardrail": "False matches, per cent",
        "guardrail_found": "0.0009",
        "guardrail_limit": "0.001",
        "drill_minutes": "31",
        "fallback": "applicants were asked to visit a branch.",
    },
)

IDENTITY = _profile(
    "customer-identity-resolution-and-household-matching",
    {
        "name": "Customer identity resolution and household matching",
        "description": (
            "Finds the records of one customer across eleven systems and groups customers into households, so that "
            "nobody gets the same letter twice and consent is kept in one place."
        ),
        "tier": 2,
        "tier_reason": (
            "Marketing, service and consent read its groups every day; a wrong merge shows a person’s data to another."
        ),
        "sourcing": "self-hosted",
        "automated_retraining": True,
        "personal_data": True,
        "regulations": ("gdpr", "ccpa"),
        "residency": "EU records in Dublin, US records in Virginia; never joined across",
        "consent": "Legitimate interest; households only with marketing consent",
        "deletion": "Follows the source systems within 24 hours",
        "serving_stack": "Spark batch on Kubernetes, lookups in PostgreSQL",
    },
    {
        "p95_ms": "120",
        "p99_ms": "300",
        "error_rate": "0.2",
        "cost_per_prediction": "0.0002",
        "accuracy": "0.97",
        "accuracy_metric": "Pairwise F1",
        "expected_peak": "80",
    },
    {
        "model": "entity-matcher 0.9.0-rc2",
        "previous": "entity-matcher 0.8.4",
        "release": "0.9.0",
        "peak": "80",
        "tested": "150",
        "p95": "96",
        "p99": "241",
        "cost": "0.00015",
        "accuracy_found": "0.968",
        "guardrail": "Wrong merges, per cent",
        "guardrail_found": "0.02",
        "guardrail_limit": "0.05",
        "drill_minutes": "18",
        "fallback": "lookups answered from last night’s groups.",
    },
)

VOICE = _profile(
    "voice-transcription",
    {
        "name": "Voice transcription",
        "description": "Writes down calls to the claims hotline while they run, and sums them up for the claim’s file.",
        "tier": 3,
        "tier_reason": "Handlers take notes by hand when it is down, as they did until last year.",
        "sourcing": "self-hosted",
        "streaming": True,
        "personal_data": True,
        "regulations": ("gdpr",),
        "residency": "Frankfurt",
        "consent": "Asked for at the start of each call; without it nothing is recorded",
        "deletion": "Audio after 7 days, text with the claim",
        "serving_stack": "Whisper on two A10 nodes behind the telephony gateway",
    },
    {
        "p95_ms": "700",
        "p99_ms": "1500",
        "error_rate": "1",
        "cost_per_prediction": "0.02",
        "accuracy": "0.9",
        "accuracy_metric": "1 − word error rate",
        "expected_peak": "9",
    },
    {
        "model": "whisper-de-claims 1.9.2",
        "previous": "whisper-de-claims 1.8.0",
        "release": "1.10.0",
        "peak": "9",
        "tested": "20",
        "p95": "640",
        "p99": "1380",
        "cost": "0.017",
        "accuracy_found": "0.921",
        "guardrail": "Numbers heard wrong, per cent",
        "guardrail_found": "0.7",
        "guardrail_limit": "1",
        "drill_minutes": "12",
        "fallback": "calls went on without a transcript and handlers were told.",
    },
)

SEARCH = _profile(
    "document-search",
    {
        "name": "Document search",
        "description": "Finds passages in policies, manuals and contracts for employees, with links to their place.",
        "tier": 4,
        "tier_reason": "Internal, and the old keyword search is one click away.",
        "sourcing": "hybrid",
        "caching": True,
        "file_uploads": True,
        "regulations": ("eu-ai-act-minimal",),
        "serving_stack": "Embeddings on CPU nodes, reranking by the Aurelia API, index in OpenSearch",
    },
    {
        "p95_ms": "600",
        "p99_ms": "1400",
        "error_rate": "1",
        "cost_per_prediction": "0.002",
        "accuracy": "0.75",
        "accuracy_metric": "nDCG at 10",
        "expected_peak": "12",
    },
    {
        "model": "policy-embed 1.4",
        "previous": "policy-embed 1.3",
        "release": "1.4.0",
        "peak": "12",
        "tested": "30",
        "p95": "480",
        "p99": "1150",
        "cost": "0.0013",
        "accuracy_found": "0.79",
        "guardrail": "Passages without the right to read, per cent",
        "guardrail_found": "0",
        "guardrail_limit": "0",
        "drill_minutes": "4",
        "fallback": "the keyword search answered, with a line that says so.",
    },
)

CHURN = _profile(
    "churn-radar",
    {
        "name": "Churn radar",
        "description": "Names every Monday the customers most likely to leave, with three reasons for each.",
        "tier": 3,
        "tier_reason": "Account managers plan their week with it; a week without it is annoying and no more.",
        "sourcing": "self-hosted",
        "automated_retraining": True,
        "personal_data": True,
        "regulations": ("gdpr", "ccpa"),
        "residency": "Dublin and Virginia, by the customer’s country",
        "consent": "Legitimate interest; objection by one click in the customer’s account",
        "deletion": "Scores after 13 months",
        "serving_stack": "Batch on Kubernetes, scores in the data warehouse",
    },
    {},
    {"model": "churn-xgb 0.3", "previous": "churn-xgb 0.2", "release": "0.3.0", "tested": "", "peak": ""},
)
