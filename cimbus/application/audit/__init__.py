"""The audit trail of a program (IEC 61968-1, 7): what was sent, received and settled, in lines chained by hash.

``chain.py``: one line, and the hash that it is chained by; pure · ``trail.py``: writes lines to a file, in one process
or several · ``tail.py``: where a file ends · ``file_lock.py``: one writer at a time · ``transport.py``: writes down
what passes a transport · ``letters.py``: what is said of dead letters · ``verify.py``: finds the first line that was
changed.
"""

from __future__ import annotations

from .letters import letter_record
from .trail import AuditTrail
from .transport import audited
from .verify import Verification, verify

__all__ = ["AuditTrail", "Verification", "audited", "letter_record", "verify"]
