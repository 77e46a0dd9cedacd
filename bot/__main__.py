"""``python -m bot``, which is the command ``xianwen``."""
