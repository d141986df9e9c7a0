"""What the fictitious GPS «Littoral Retraite» adds to Miroir.

Everything that it can say by configuration, it says there (config/miroir.toml):
the views of its database, its Tryton, its campaigns of fixed width. What is its
own judgement is here: a diagnostic and a sampling.
"""

from miroir_gps_littoral.diagnostic import miroir_diagnostics
from miroir_gps_littoral.sampling import miroir_sampling

MIROIR_HOOKS = 1
"""The version of the hooks that this plugin is written for."""

__all__ = [
    "MIROIR_HOOKS",
    "miroir_diagnostics",
    "miroir_sampling",
]
