"""What the numbers of a ReadingType code mean, position by position; 0 means "not applicable" throughout.

The numbers are those that the Green Button schema (ESPI 4.0, Apache-2.0) enumerates, which agree with the codes seen
in IEC 61968-9 messages; the words are ours. IEC 61968-9 has more of them. What is marked as inferred is not in that
schema.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Table = Mapping[int, str]

_FIXED: Final = {50: 60, 51: 30, 52: 20, 53: 15, 54: 10, 55: 5, 56: 1}
"""Fixed blocks, in minutes."""

# fmt: off
_ROLLING: Final = {
    57: (60, 30), 58: (60, 20), 59: (60, 15), 60: (60, 12), 61: (60, 10), 62: (60, 6), 63: (60, 5), 64: (60, 4),
    65: (30, 15), 66: (30, 10), 67: (30, 6), 68: (30, 5), 69: (30, 3), 70: (30, 2),
    71: (15, 5), 72: (15, 3), 73: (15, 1), 74: (10, 5), 75: (10, 2), 76: (10, 1), 77: (5, 1),
}
"""Rolling blocks: their length and that of the sub-intervals they move by, in minutes."""

_PLAIN: Final = {1: 10, 2: 15, 3: 1, 4: 1440, 5: 30, 6: 5, 7: 60, 10: 2, 14: 3, 31: 20}
"""Plain intervals, in minutes."""

SECONDS: Final[Mapping[int, int]] = {number: 60 * minutes for number, minutes in (_PLAIN | _FIXED).items()}
"""How long an interval is, by measuringPeriod; inferred for fixed blocks. Rolling blocks overlap and have none."""

MEASURING_PERIOD: Final[Table] = {
    **{number: f"{minutes} min" for number, minutes in _PLAIN.items()}, 4: "24 h",
    15: "present period", 16: "previous cycle",
    **{number: f"{minutes} min fixed block" for number, minutes in _FIXED.items()},
    **{number: f"{block} min block rolling by {step} min" for number, (block, step) in _ROLLING.items()},
}

MACRO_PERIOD: Final[Table] = {
    8: "billing period", 11: "day", 13: "month", 22: "season", 24: "week", 32: "period given in the message",
}

AGGREGATE: Final[Table] = {
    2: "average", 4: "excess over a threshold", 5: "high threshold", 7: "low threshold", 8: "maximum", 9: "minimum",
    11: "nominal", 12: "normal", 16: "second highest", 17: "second lowest", 23: "third highest", 24: "fourth highest",
    25: "fifth highest", 26: "sum",
}

ACCUMULATION: Final[Table] = {
    1: "running register total", 2: "total of previous periods and the present one", 3: "total of previous periods",
    4: "change over the interval", 6: "present value", 9: "total of selected time bands",
    10: "computed with a time lag", 12: "sampled at once", 13: "total that stops at its limit",
    14: "total between two limits",
}

FLOW_DIRECTION: Final[Table] = {
    1: "forward (to the customer)", 2: "lagging", 3: "leading", 4: "net (|forward| - |reverse|)", 5: "Q1 + Q2",
    7: "Q1 + Q3", 8: "Q1 + Q4", 9: "Q1 - Q4", 10: "Q2 + Q3", 11: "Q2 + Q4", 12: "Q2 - Q3", 13: "Q3 + Q4",
    14: "Q3 - Q2", 15: "Q1", 16: "Q2", 17: "Q3", 18: "Q4", 19: "reverse (from the customer)",
    20: "total (|forward| + |reverse|)", 21: "total by phase",
}

COMMODITY: Final[Table] = {
    1: "electricity", 2: "electricity scaled to the primary side", 3: "communication", 4: "air",
    5: "insulating gas other than SF6", 6: "insulating oil", 7: "natural gas", 8: "propane", 9: "drinking water",
    10: "steam", 11: "waste water", 12: "heating fluid", 13: "cooling fluid", 14: "reclaimed water",
    15: "nitrogen oxides", 16: "sulphur dioxide", 17: "methane", 18: "carbon dioxide", 19: "carbon",
    20: "hexachlorocyclohexane", 21: "perfluorocarbons", 22: "SF6", 23: "television", 24: "internet", 25: "refuse",
    26: "electricity from the transmission system",
}

MEASUREMENT_KIND: Final[Table] = {
    2: "apparent power factor", 3: "currency", 4: "current", 5: "current angle", 6: "current imbalance", 7: "date",
    8: "demand", 9: "distance", 10: "distortion volt-amperes", 11: "energization", 12: "energy",
    13: "load-side energization", 14: "fan", 15: "frequency", 16: "funds", 17: "IEEE 1366 ASAI",
    18: "IEEE 1366 ASIDI", 19: "IEEE 1366 ASIFI", 20: "IEEE 1366 CAIDI", 21: "IEEE 1366 CAIFI", 22: "IEEE 1366 CEMIn",
    23: "IEEE 1366 CEMSMIn", 24: "IEEE 1366 CTAIDI", 25: "IEEE 1366 MAIFI", 26: "IEEE 1366 MAIFIe",
    27: "IEEE 1366 SAIDI", 28: "IEEE 1366 SAIFI", 31: "line losses", 32: "losses", 33: "negative sequence",
    34: "phasor power factor", 35: "phasor reactive power", 36: "positive sequence", 37: "power", 38: "power factor",
    40: "quantity power", 41: "voltage sag", 42: "voltage swell", 43: "switch position", 44: "tap position",
    45: "tariff rate", 46: "temperature", 47: "total harmonic distortion", 48: "transformer losses",
    49: "UNIPEDE dip 10 to 15", 50: "UNIPEDE dip 15 to 30", 51: "UNIPEDE dip 30 to 60", 52: "UNIPEDE dip 60 to 90",
    53: "UNIPEDE dip 90 to 100", 54: "voltage", 55: "voltage angle", 56: "voltage excursion", 57: "voltage imbalance",
    58: "volume", 59: "time without flow", 60: "zero sequence", 64: "distortion power factor",
    81: "frequency excursions", 90: "application context", 91: "application title", 92: "asset number",
    93: "bandwidth", 94: "battery voltage", 95: "broadcast address", 96: "device address type 1",
    97: "device address type 2", 98: "device address type 3", 99: "device address type 4", 100: "device class",
    101: "electronic serial number", 102: "end device ID", 103: "group address type 1", 104: "group address type 2",
    105: "group address type 3", 106: "group address type 4", 107: "IP address", 108: "MAC address",
    109: "manufacturer's configuration ID", 110: "manufacturer's serial number", 111: "manufacturer's product number",
    112: "manufacturer's communication address", 113: "multicast address", 114: "one-way address",
    115: "signal strength", 116: "two-way address", 117: "signal to noise ratio", 118: "alarm",
    119: "battery carry-over", 120: "data overflow alarm", 121: "demand limit", 122: "demand resets",
    123: "diagnostic", 124: "emergency limit", 125: "encoder tamper", 126: "momentary interruption",
    127: "momentary interruption event", 128: "sustained interruption", 129: "interruption behaviour",
    130: "inversion tamper", 131: "load interruption", 132: "load shed", 133: "maintenance", 134: "physical tamper",
    135: "power loss tamper", 136: "power outage", 137: "power quality", 138: "power restoration", 139: "programmed",
    140: "push button", 141: "relay activation", 142: "relay cycles", 143: "removal tamper",
    144: "reprogramming tamper", 145: "reverse rotation tamper", 146: "switch armed", 147: "switch disabled",
    148: "tamper", 149: "watchdog timeout", 150: "bill of the last period", 151: "bill of this period so far",
    152: "amount carried over", 153: "connection fee", 154: "sound level", 155: "volumetric flow",
}

PHASES: Final[Table] = {
    16: "N", 17: "N to ground", 32: "C", 33: "C to N", 40: "C to A voltage", 41: "AC to N", 64: "B", 65: "B to N",
    66: "B to C", 72: "B to A voltage", 96: "C to A", 97: "BC to N", 128: "A", 129: "A to N", 132: "A to B",
    136: "A to A voltage", 193: "AB to N", 224: "ABC", 225: "ABC to N", 256: "S2", 272: "S2 and N", 512: "S1",
    528: "S1 and N", 768: "S1 and S2", 769: "S1 and S2 to N", 784: "S1, S2 and N",
}

PHASE_BITS: Final = {512: "S1", 256: "S2", 128: "A", 64: "B", 32: "C", 16: "N"}
"""Inferred from the values: what is measured ..."""

REFERENCE_BITS: Final = {8: "A", 4: "B", 2: "C", 1: "N"}
"""... and against what."""

PHASE_EXCEPTIONS: Final = {41: (frozenset("AC"), frozenset("N")), 96: (frozenset("C"), frozenset("A"))}
"""Two listed values do not follow the bits."""

PREFIX: Final[Table] = {
    -12: "p", -9: "n", -6: "u", -3: "m", -2: "c", -1: "d", 0: "", 1: "da", 2: "h", 3: "k", 6: "M", 9: "G", 12: "T",
}

UNIT: Final[Table] = {
    2: "m", 3: "g", 4: "rev/s", 5: "A", 6: "K", 7: "mol", 8: "cd", 9: "deg", 10: "rad", 11: "sr", 21: "Gy", 22: "Bq",
    23: "degC", 24: "Sv", 25: "F", 27: "s", 28: "H", 29: "V", 30: "ohm", 31: "J", 32: "N", 33: "Hz", 34: "lx",
    35: "lm", 36: "Wb", 37: "T", 38: "W", 39: "Pa", 41: "m2", 42: "m3", 43: "m/s", 44: "m/s2", 45: "m3/s", 46: "m/m3",
    47: "kg.m", 48: "g/m3", 49: "m2/s", 50: "W/(m.K)", 51: "J/K", 53: "S", 54: "rad/s", 61: "VA", 63: "var",
    65: "cosPhi", 66: "Vs", 67: "V2", 68: "As", 69: "A2", 70: "A2s", 71: "VAh", 72: "Wh", 73: "varh", 74: "V/Hz",
    75: "Hz/s", 76: "char", 77: "char/s", 78: "g.m2", 79: "B", 80: "money", 81: "W/s", 82: "L/s", 100: "Q",
    101: "Qh", 102: "ohm.m", 103: "A/m", 104: "V2h", 105: "A2h", 106: "Ah", 107: "Wh/m3", 108: "timeStamp",
    109: "state", 111: "count", 113: "Bm", 114: "code", 115: "Wh/rev", 116: "varh/rev", 117: "VAh/rev",
    118: "eventCode", 119: "ft3", 120: "ft3(compensated)", 123: "ft3(compensated)/h", 125: "m3/h",
    126: "m3(compensated)/h", 127: "m3(uncompensated)/h", 128: "gal(US)", 129: "gal(US)/h", 130: "gal(imp)",
    131: "gal(imp)/h", 132: "Btu", 133: "Btu/h", 134: "L", 137: "L/h", 138: "L(compensated)/h",
    139: "L(uncompensated)/h", 140: "PaG", 141: "psiA", 142: "psiG", 143: "L/L", 144: "g/g", 145: "mol/m3",
    146: "mol/mol", 147: "mol/kg", 148: "m/m", 149: "s/s", 150: "Hz/Hz", 151: "V/V", 152: "A/A", 153: "W/VA",
    154: "rev", 155: "PaA", 156: "L(uncompensated)", 157: "L(compensated)", 158: "kat", 159: "min", 160: "h",
    161: "Q45", 162: "Q60", 163: "Q45h", 164: "Q60h", 165: "J/kg", 166: "m3(uncompensated)", 167: "m3(compensated)",
    168: "W/W", 169: "therm",
}

PREFIXED: Final = frozenset(
    {2, 3, 5, 6, 7, 21, 22, 24, 25, 27, 28, 29, 30, 31, 32, 33, 36, 37, 38, 39, 53, 61, 63, 66, 68, 71, 72, 73, 79, 106,
     113, 134, 140, 155}
)
"""Units that take a prefix; of the others a multiplier is written out, since km3 is not a thousand m3."""
# fmt: on

MONEY: Final = 80
CURRENCY: Final[Table] = {
    36: "AUD",
    124: "CAD",
    156: "CNY",
    208: "DKK",
    356: "INR",
    392: "JPY",
    578: "NOK",
    643: "RUB",
    752: "SEK",
    756: "CHF",
    826: "GBP",
    840: "USD",
    978: "EUR",
}
"""Some numbers of ISO 4217."""

BY_PART: Final[Mapping[str, Table]] = {
    "macroPeriod": MACRO_PERIOD,
    "aggregate": AGGREGATE,
    "measuringPeriod": MEASURING_PERIOD,
    "accumulation": ACCUMULATION,
    "flowDirection": FLOW_DIRECTION,
    "commodity": COMMODITY,
    "measurementKind": MEASUREMENT_KIND,
    "phases": PHASES,
    "unit": UNIT,
    "currency": CURRENCY,
}
"""The lists by the part they are of. The other parts are numbers as they stand."""
