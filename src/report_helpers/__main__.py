"""``python -m report_helpers`` is ``marsale``."""

from __future__ import annotations

import sys

from report_helpers.cli import main

sys.exit(main())
