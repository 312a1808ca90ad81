"""PricingStructureConfig: what is charged for."""

from __future__ import annotations

from cimbus.interface.model import Cim, Date, DateTime, Float, Time, noun
from cimbus.nouns.common import Name, Status
from cimbus.nouns.units import UnitMultiplier

from .kinds import ChargeKind, Currency, RevenueKind
from .meters import ConfigurationEvent

__all__ = [
    "AccountingUnit",
    "Charge",
    "ConsumptionTariffInterval",
    "PricingStructure",
    "PricingStructureConfig",
    "Tariff",
    "TariffProfile",
    "TimeTariffInterval",
]


class AccountingUnit(Cim):
    """An accounting unit.

    >>> from decimal import Decimal
    >>> AccountingUnit(energyUnit=Decimal(1)).energyUnit is None
    False
    """

    energyUnit: Float | None = None
    monetaryUnit: Currency | None = None
    multiplier: UnitMultiplier | None = None
    value: Float | None = None


class Charge(Cim):
    """A charge.

    >>> Charge(mRID="c-1").mRID
    'c-1'
    """

    mRID: str | None = None
    kind: ChargeKind | None = None
    variablePortion: Float | None = None
    fixedPortion: AccountingUnit | None = None
    Names: list[Name] = []


class ConsumptionTariffInterval(Cim):
    """A consumption tariff interval.

    >>> from decimal import Decimal
    >>> ConsumptionTariffInterval(sequenceNumber=1, startValue=Decimal(1)).sequenceNumber
    1
    """

    sequenceNumber: int
    startValue: Float
    Charges: list[Charge] = []


class TimeTariffInterval(Cim):
    """A time tariff interval.

    >>> TimeTariffInterval(sequenceNumber=1).sequenceNumber
    1
    """

    sequenceNumber: int | None = None
    startTime: Time | None = None
    Charges: list[Charge] = []
    ConsumptionTariffIntervals: list[ConsumptionTariffInterval] = []


class TariffProfile(Cim):
    """A tariff profile.

    >>> TariffProfile(mRID="t-1").mRID
    't-1'
    """

    mRID: str | None = None
    createdDateTime: DateTime | None = None
    lastModifiedDateTime: DateTime | None = None
    revisionNumber: str | None = None
    subject: str | None = None
    tariffCycle: str | None = None
    title: str | None = None
    type: str | None = None
    ConsumptionTariffIntervals: list[ConsumptionTariffInterval] = []
    docStatus: Status | None = None
    Names: list[Name] = []
    status: Status | None = None
    TimeTariffIntervals: list[TimeTariffInterval] = []


class Tariff(Cim):
    """A tariff.

    >>> Tariff(mRID="t-1").mRID
    't-1'
    """

    mRID: str | None = None
    createdDateTime: DateTime | None = None
    endDate: Date | None = None
    lastModifiedDateTime: DateTime | None = None
    revisionNumber: str | None = None
    startDate: Date | None = None
    subject: str | None = None
    title: str | None = None
    type: str | None = None
    docStatus: Status | None = None
    Names: list[Name] = []
    status: Status | None = None
    TariffProfiles: list[TariffProfile] = []


class PricingStructure(Cim):
    """A pricing structure.

    >>> PricingStructure(mRID="p-1").mRID
    'p-1'
    """

    mRID: str | None = None
    code: str | None = None
    createdDateTime: DateTime | None = None
    dailyCeilingUsage: int | None = None
    dailyEstimatedUsage: int | None = None
    dailyFloorUsage: int | None = None
    lastModifiedDateTime: DateTime | None = None
    revenueKind: RevenueKind | None = None
    revisionNumber: str | None = None
    subject: str | None = None
    taxExemption: bool | None = None
    title: str | None = None
    type: str | None = None
    ConfigurationEvents: ConfigurationEvent | None = None
    docStatus: Status | None = None
    Names: list[Name] = []
    status: Status | None = None
    Tariffs: list[Tariff] = []


_PricingStructure = PricingStructure


@noun("http://iec.ch/TC57/2011/PricingStructureConfig#", items="PricingStructure", about=("",), source="shape")
class PricingStructureConfig(Cim):
    """The noun PricingStructureConfig.

    >>> len(PricingStructureConfig(PricingStructure=[PricingStructure()]).PricingStructure)
    1
    """

    PricingStructure: list[_PricingStructure] = []
