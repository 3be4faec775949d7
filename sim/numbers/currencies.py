"""Currencies: the codes of ISO 4217, and the signs that amounts are written with."""

_CODES = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF
CLF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL
HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL
MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON
RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH
UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XDR XOF XPF YER ZAR ZMW ZWG
"""

CODES = frozenset(_CODES.split())
"""Codes of ISO 4217 that money is paid in."""

_SIGNS = """
$ USD CAD AUD NZD SGD HKD MXN TWD ARS BBD BMD BND BSD BZD CLP COP CVE FJD GYD JMD KYD LRD NAD SBD SRD TTD XCD
€ EUR
£ GBP EGP FKP GIP LBP SDG SHP SSP SYP
¥ JPY CNY
円 JPY
元 CNY
₹ INR
₨ INR LKR MUR NPR PKR SCR
₩ KRW KPW
₪ ILS
₫ VND
₱ PHP CUP
₦ NGN
₺ TRY
₽ RUB
₴ UAH
₸ KZT
₼ AZN
₾ GEL
₲ PYG
₡ CRC
₵ GHS
₭ LAK
₮ MNT
৳ BDT
฿ THB
៛ KHR
؋ AFN
֏ AMD
﷼ IRR OMR QAR SAR YER
₤ GBP
US$ USD
U$S USD
A$ AUD
AU$ AUD
C$ CAD NIO
CA$ CAD
NZ$ NZD
S$ SGD
SG$ SGD
HK$ HKD
NT$ TWD
MX$ MXN
Mex$ MXN
R$ BRL
AR$ ARS
CLP$ CLP
COL$ COP
Bds$ BBD
BZ$ BZD
BD$ BMD
CI$ KYD
EC$ XCD
FJ$ FJD
G$ GYD
J$ JMD
L$ LRD
N$ NAD
SI$ SBD
TT$ TTD
T$ TOP
WS$ WST
RD$ DOP
$U UYU
$b BOB
Bs BOB VES VED
Bs. BOB VES VED
S/ PEN
S/. PEN
B/. PAB
GH₵ GHS
RMB CNY
CN¥ CNY
JP¥ JPY
£E EGP
E£ EGP
LE EGP
Rp IDR
Rp. IDR
Rs INR LKR MUR NPR PKR SCR
Rs. INR LKR MUR NPR PKR SCR
RM MYR
R ZAR
kr DKK NOK SEK ISK
kr. DKK NOK SEK ISK
Kr DKK NOK SEK ISK
Kr. DKK NOK SEK ISK
zł PLN
Kč CZK
Ft HUF
lei RON MDL
лв BGN
лв. BGN
KM BAM
din RSD
din. RSD
дин RSD
ден MKD
руб RUB
руб. RUB
грн UAH
Br BYN ETB
Fr CHF BIF DJF GNF KMF RWF
Fr. CHF
SFr CHF
SFr. CHF
sFr CHF
sFr. CHF
CFA XAF XOF
FCFA XAF XOF
Ksh KES
KSh KES
TSh TZS
USh UGX
Sh KES TZS UGX SOS
P BWP
K MMK PGK ZMW
ZK ZMW
Kz AOA
MK MWK
MT MZN
MTn MZN
Nu. BTN
Rf MVR
Q GTQ
L HNL LSL
Lek ALL
VT VUV
Ar MGA
DA DZD
DH MAD AED
Dh AED MAD
Dhs AED
DT TND
JD JOD
KD KWD BHD
BD BHD
LD LYD
SR SAR
QR QAR
"""

CURRENCY_SIGNS: dict[str, frozenset[str]] = {
    sign: frozenset(codes) for sign, *codes in map(str.split, _SIGNS.strip().splitlines())
}
"""The currencies that each sign may stand for."""


def currencies_of(mark: str) -> frozenset[str]:
    """Give the currencies that a sign or a code may stand for; none if it is neither.

    Example:
        >>> sorted(currencies_of("kr")), sorted(currencies_of("CHF")), sorted(currencies_of("FTE"))
        (['DKK', 'ISK', 'NOK', 'SEK'], ['CHF'], [])
    """
    return frozenset({mark}) if mark in CODES else CURRENCY_SIGNS.get(mark, frozenset())


def usual_currency(mark: str) -> str:
    """Give the one currency that a sign or a code is taken for where nothing else is known; '' if there is none.

    Example:
        >>> usual_currency("$"), usual_currency("kr")
        ('USD', 'DKK')
    """
    return mark if mark in CODES else _USUAL.get(mark, "")


_USUAL = {sign: codes[0] for sign, *codes in map(str.split, _SIGNS.strip().splitlines())}
