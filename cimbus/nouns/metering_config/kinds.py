"""Enumerations."""

from __future__ import annotations

from cimbus.interface.model import CimEnum

__all__ = [
    "AssetModelUsageKind",
    "ChargeKind",
    "Currency",
    "EndDeviceFunctionKind",
    "MeterServiceWorkKind",
    "RevenueKind",
]


class MeterServiceWorkKind(CimEnum):
    """Kinds of meter service work.

    >>> MeterServiceWorkKind("construction").name
    'construction'
    """

    construction = "construction"
    disconnect = "disconnect"
    inspection = "inspection"
    maintenance = "maintenance"
    meter = "meter"
    other = "other"
    reconnect = "reconnect"
    repair = "repair"
    service = "service"
    test = "test"


class EndDeviceFunctionKind(CimEnum):
    """Kinds of end device function.

    >>> EndDeviceFunctionKind("autonomousDst").name
    'autonomousDst'
    """

    autonomousDst = "autonomousDst"
    demandResponse = "demandResponse"
    electricMetering = "electricMetering"
    gasMetering = "gasMetering"
    metrology = "metrology"
    onRequestRead = "onRequestRead"
    outageHistory = "outageHistory"
    relaysProgramming = "relaysProgramming"
    reverseFlow = "reverseFlow"
    waterMetering = "waterMetering"


class AssetModelUsageKind(CimEnum):
    """Kinds of asset model usage.

    >>> AssetModelUsageKind("customerSubstation").name
    'customerSubstation'
    """

    customerSubstation = "customerSubstation"
    distributionOverhead = "distributionOverhead"
    distributionUnderground = "distributionUnderground"
    other = "other"
    streetlight = "streetlight"
    substation = "substation"
    transmission = "transmission"
    unknown = "unknown"


class RevenueKind(CimEnum):
    """Kinds of revenue.

    >>> RevenueKind("commercial").name
    'commercial'
    """

    commercial = "commercial"
    industrial = "industrial"
    irrigation = "irrigation"
    nonResidential = "nonResidential"
    other = "other"
    residential = "residential"
    streetLight = "streetLight"


class ChargeKind(CimEnum):
    """Kinds of charge.

    >>> ChargeKind("auxiliaryCharge").name
    'auxiliaryCharge'
    """

    auxiliaryCharge = "auxiliaryCharge"
    consumptionCharge = "consumptionCharge"
    demandCharge = "demandCharge"
    other = "other"
    taxCharge = "taxCharge"


class Currency(CimEnum):
    """What currency there is.

    >>> Currency("AUD").name
    'AUD'
    """

    AUD = "AUD"
    CAD = "CAD"
    CHF = "CHF"
    CNY = "CNY"
    DKK = "DKK"
    EUR = "EUR"
    GBP = "GBP"
    INR = "INR"
    JPY = "JPY"
    NOK = "NOK"
    RUR = "RUR"
    SEK = "SEK"
    USD = "USD"
    other = "other"
