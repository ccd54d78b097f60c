"""``python -m franking`` is ``frank``."""

import sys

from franking.cli import main

sys.exit(main())
