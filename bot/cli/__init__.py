"""The command xianwen: one file per group of commands, thin."""
