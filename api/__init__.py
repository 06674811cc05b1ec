"""Talks HTTP: the contract of Looker Studio, keys, sessions, jobs, and the command `belvedere`.

Nothing is imported here, so that `belvedere --help` stays quick; import `create_app` from `api.app`.
"""

__all__: list[str] = []
