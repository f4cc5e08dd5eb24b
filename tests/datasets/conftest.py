"""Property tests here judge whole files: how long that takes says nothing on a shared machine."""

from __future__ import annotations

import hypothesis

hypothesis.settings.register_profile("datasets", deadline=None)
hypothesis.settings.load_profile("datasets")
