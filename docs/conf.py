"""How the documentation is built: ``make docs``."""

project = "Xianwen 县闻"
author = "the Xianwen contributors"
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
suppress_warnings = ["misc.highlighting_failure"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "Xianwen 县闻"
html_static_path: list[str] = []
html_show_sourcelink = False
