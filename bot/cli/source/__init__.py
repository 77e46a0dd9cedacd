"""``xianwen source``: one file for each thing that is done to a source."""
