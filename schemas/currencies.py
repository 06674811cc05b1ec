"""Minor units of currencies (ISO 4217): amounts are whole numbers of them at rest."""

from schemas.reserved import words

# Digits after the point where it is not two.
EXPONENTS = {
    **dict.fromkeys(words("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"), 0),
    **dict.fromkeys(words("BHD IQD JOD KWD LYD OMR TND"), 3),
    **dict.fromkeys(words("CLF UYW"), 4),
}


def currency_exponent(currency: str) -> int:
    """Tell how many digits the minor unit of a currency has."""
    return EXPONENTS.get(currency.upper(), 2)
