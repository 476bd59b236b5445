"""The sample company: two invented years of leads, deals, campaigns and notes.

The company does not exist. What is planted in its data, and where chance alone is at work, is
told in ``data/sample/README.md``; the dates are in :mod:`.planted`.
"""

from report_helpers.data.sample.files import write
from report_helpers.data.sample.tables import LAST_DAY, generate

__all__ = ["LAST_DAY", "generate", "write"]
