"""A passkey as a browser would have registered it: its public part, well formed, with a private key that nobody has."""

import secrets
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

PRESENT_AND_ATTESTED = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT


def credential() -> dict[str, Any]:
    """What the library for second factors keeps of a passkey."""
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    key = ES256.from_cryptography_key(public)  # type: ignore[no-untyped-call]
    own_id = secrets.token_bytes(16)
    data = AttestedCredentialData.create(Aaguid.NONE, own_id, key)
    signed = AuthenticatorData.create(secrets.token_bytes(32), PRESENT_AND_ATTESTED, 0, data)
    client = CollectedClientData.create("webauthn.create", secrets.token_bytes(32), "http://localhost")
    return {
        "id": websafe_encode(own_id),
        "rawId": websafe_encode(own_id),
        "type": "public-key",
        "clientExtensionResults": {},
        "response": {
            "clientDataJSON": websafe_encode(client),
            "attestationObject": websafe_encode(AttestationObject.create("none", signed, {})),
        },
    }
