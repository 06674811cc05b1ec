"""Which records of different sources are the same account: proposed by rules, decided by people, always reversible."""
