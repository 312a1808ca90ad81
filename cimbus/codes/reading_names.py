"""The literals of CIM enumerations for the numbers of a ReadingType code: how payloads of other parts write them.

IEC 61968-5 payloads carry words (``flowDirection`` ``forward``) where the code carries numbers. The names are modelled
on the CIM's literals; units and multipliers have theirs in ``reading_tables``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# fmt: off
LITERALS: Final[Mapping[str, Mapping[int, str]]] = {
    "macroPeriod": {
        8: "billingPeriod", 11: "daily", 13: "monthly", 22: "seasonal", 24: "weekly", 32: "specifiedPeriod",
    },
    "aggregate": {
        2: "average", 4: "excess", 5: "highThreshold", 7: "lowThreshold", 8: "maximum", 9: "minimum", 11: "nominal",
        12: "normal", 16: "secondMaximum", 17: "secondMinimum", 23: "thirdMaximum", 24: "fourthMaximum",
        25: "fifthMaximum", 26: "sum",
    },
    "measuringPeriod": {
        1: "tenMinute", 2: "fifteenMinute", 3: "oneMinute", 4: "twentyfourHour", 5: "thirtyMinute", 6: "fiveMinute",
        7: "sixtyMinute", 10: "twoMinute", 14: "threeMinute", 15: "present", 16: "previous", 31: "twentyMinute",
        50: "fixedBlock60Min", 51: "fixedBlock30Min", 52: "fixedBlock20Min", 53: "fixedBlock15Min",
        54: "fixedBlock10Min", 55: "fixedBlock5Min", 56: "fixedBlock1Min", 57: "rollingBlock60MinIntvl30MinSubIntvl",
        58: "rollingBlock60MinIntvl20MinSubIntvl", 59: "rollingBlock60MinIntvl15MinSubIntvl",
        60: "rollingBlock60MinIntvl12MinSubIntvl", 61: "rollingBlock60MinIntvl10MinSubIntvl",
        62: "rollingBlock60MinIntvl6MinSubIntvl", 63: "rollingBlock60MinIntvl5MinSubIntvl",
        64: "rollingBlock60MinIntvl4MinSubIntvl", 65: "rollingBlock30MinIntvl15MinSubIntvl",
        66: "rollingBlock30MinIntvl10MinSubIntvl", 67: "rollingBlock30MinIntvl6MinSubIntvl",
        68: "rollingBlock30MinIntvl5MinSubIntvl", 69: "rollingBlock30MinIntvl3MinSubIntvl",
        70: "rollingBlock30MinIntvl2MinSubIntvl", 71: "rollingBlock15MinIntvl5MinSubIntvl",
        72: "rollingBlock15MinIntvl3MinSubIntvl", 73: "rollingBlock15MinIntvl1MinSubIntvl",
        74: "rollingBlock10MinIntvl5MinSubIntvl", 75: "rollingBlock10MinIntvl2MinSubIntvl",
        76: "rollingBlock10MinIntvl1MinSubIntvl", 77: "rollingBlock5MinIntvl1MinSubIntvl",
    },
    "accumulation": {
        1: "bulkQuantity", 2: "continuousCumulative", 3: "cumulative", 4: "deltaData", 6: "indicating", 9: "summation",
        10: "timeDelay", 12: "instantaneous", 13: "latchingQuantity", 14: "boundedQuantity",
    },
    "flowDirection": {
        1: "forward", 2: "lagging", 3: "leading", 4: "net", 5: "q1plusQ2", 7: "q1plusQ3", 8: "q1plusQ4", 9: "q1minusQ4",
        10: "q2plusQ3", 11: "q2plusQ4", 12: "q2minusQ3", 13: "q3plusQ4", 14: "q3minusQ2", 15: "quadrant1",
        16: "quadrant2", 17: "quadrant3", 18: "quadrant4", 19: "reverse", 20: "total", 21: "totalByPhase",
    },
    "commodity": {
        1: "electricitySecondaryMetered", 2: "electricityPrimaryMetered", 3: "communication", 4: "air",
        5: "insulativeGas", 6: "insulativeOil", 7: "naturalGas", 8: "propane", 9: "potableWater", 10: "steam",
        11: "wasteWater", 12: "heatingFluid", 13: "coolingFluid", 14: "nonpotableWater", 15: "nox", 16: "so2",
        17: "ch4", 18: "co2", 19: "carbon", 20: "hch", 21: "pfc", 22: "sf6", 23: "tvLicence", 24: "internet",
        25: "refuse", 26: "electricityTransmissionMetered",
    },
    "measurementKind": {
        2: "apparentPowerFactor", 3: "currency", 4: "current", 5: "currentAngle", 6: "currentImbalance", 7: "date",
        8: "demand", 9: "distance", 10: "distortionVoltAmp", 11: "energization", 12: "energy",
        13: "energizationLoadSide", 14: "fan", 15: "frequency", 16: "fund", 17: "ieee1366ASAI", 18: "ieee1366ASIDI",
        19: "ieee1366ASIFI", 20: "ieee1366CAIDI", 21: "ieee1366CAIFI", 22: "ieee1366CEMIn", 23: "ieee1366CEMSMIn",
        24: "ieee1366CTAIDI", 25: "ieee1366MAIFI", 26: "ieee1366MAIFIe", 27: "ieee1366SAIDI", 28: "ieee1366SAIFI",
        31: "lineLoss", 32: "loss", 33: "negativeSequence", 34: "phasorPowerFactor", 35: "phasorReactivePower",
        36: "positiveSequence", 37: "power", 38: "powerFactor", 40: "quantityPower", 41: "sag", 42: "swell",
        43: "switchPosition", 44: "tapPosition", 45: "tariffRate", 46: "temperature", 47: "totalHarmonicDistortion",
        48: "transformerLoss", 49: "unipedeVoltageDip10to15", 50: "unipedeVoltageDip15to30",
        51: "unipedeVoltageDip30to60", 52: "unipedeVoltageDip60to90", 53: "unipedeVoltageDip90to100", 54: "voltage",
        55: "voltageAngle", 56: "voltageExcursion", 57: "voltageImbalance", 58: "volume", 59: "zeroFlowDuration",
        60: "zeroSequence", 64: "distortionPowerFactor", 81: "frequencyExcursion", 90: "applicationContext",
        91: "apTitle", 92: "assetNumber", 93: "bandwidth", 94: "batteryVoltage", 95: "broadcastAddress",
        96: "deviceAddressType1", 97: "deviceAddressType2", 98: "deviceAddressType3", 99: "deviceAddressType4",
        100: "deviceClass", 101: "electronicSerialNumber", 102: "endDeviceID", 103: "groupAddressType1",
        104: "groupAddressType2", 105: "groupAddressType3", 106: "groupAddressType4", 107: "ipAddress",
        108: "macAddress", 109: "mfgAssignedConfigurationID", 110: "mfgAssignedPhysicalSerialNumber",
        111: "mfgAssignedProductNumber", 112: "mfgAssignedUniqueCommunicationAddress", 113: "multicastAddress",
        114: "oneWayAddress", 115: "signalStrength", 116: "twoWayAddress", 117: "signalToNoiseRatio", 118: "alarm",
        119: "batteryCarryover", 120: "dataOverflowAlarm", 121: "demandLimit", 122: "demandReset", 123: "diagnostic",
        124: "emergencyLimit", 125: "encoderTamper", 126: "ieee1366MomentaryInterruption",
        127: "ieee1366MomentaryInterruptionEvent", 128: "ieee1366SustainedInterruption", 129: "interruptionBehaviour",
        130: "inversionTamper", 131: "loadInterrupt", 132: "loadShed", 133: "maintenance", 134: "physicalTamper",
        135: "powerLossTamper", 136: "powerOutage", 137: "powerQuality", 138: "powerRestoration", 139: "programmed",
        140: "pushButton", 141: "relayActivation", 142: "relayCycle", 143: "removalTamper", 144: "reprogrammingTamper",
        145: "reverseRotationTamper", 146: "switchArmed", 147: "switchDisabled", 148: "tamper", 149: "watchdogTimeout",
        150: "billLastPeriod", 151: "billToDate", 152: "billCarryover", 153: "connectionFee", 154: "audibleVolume",
        155: "volumetricFlow",
    },
    "phases": {
        16: "N", 17: "NG", 32: "C", 33: "CN", 40: "CtoAv", 41: "ACN", 64: "B", 65: "BN", 66: "BC", 72: "BtoAv",
        96: "CA", 97: "BCN", 128: "A", 129: "AN", 132: "AB", 136: "AtoAv", 193: "ABN", 224: "ABC", 225: "ABCN",
        256: "S2", 272: "S2N", 512: "S1", 528: "S1N", 768: "S12", 769: "S12toN", 784: "S12N",
    },
}
# fmt: on
"""By part, then by number."""

MULTIPLIERS: Final[Mapping[int, str]] = {
    -12: "p",
    -9: "n",
    -6: "micro",
    -3: "m",
    -2: "c",
    -1: "d",
    0: "none",
    1: "da",
    2: "h",
    3: "k",
    6: "M",
    9: "G",
    12: "T",
}
"""UnitMultiplier, which has letters where the code has powers of ten."""
