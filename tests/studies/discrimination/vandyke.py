"""The published areas and covariances of Van Dyke et al. 1993: 2 arms, 5 readers, 114 cases (69 and 45)."""

from __future__ import annotations

import numpy as np

from synthscope.studies.discrimination.covariances import Components

AREAS = np.array([
    [0.91964573, 0.85877617, 0.90386473, 0.97310789, 0.82979066],
    [0.94782609, 0.90531401, 0.92173913, 0.99935588, 0.92995169],
])  # fmt: skip
JACKKNIFE = Components(0.0008022883, 0.0003466137, 0.0003440748, 0.0002390284)
DELONG = Components(0.0007921325, 0.0003420090, 0.0003395265, 0.0002358497)
UNBIASED = Components(0.0007883925, 0.0003416706, 0.0003390650, 0.0002356148)
CASES = 114
