"""seal() and verify_seal(): which files belong together, byte for byte, and who says so."""

from qhgep.seals.contents import Seal, SealedFile
from qhgep.seals.make import seal
from qhgep.seals.signature import NAMESPACE, Signature
from qhgep.seals.verify import Departure, Sealed, verify_seal

__all__ = ["NAMESPACE", "Departure", "Seal", "Sealed", "SealedFile", "Signature", "seal", "verify_seal"]
