"""Enumerations."""

from __future__ import annotations

from cimbus.interface.model import CimEnum

__all__ = [
    "CustomerKind",
    "DraftWorkKind",
    "DraftWorkStatusKind",
    "MeterMultiplierKind",
    "ProcedureKind",
    "ServiceMultiplierKind",
    "SupplierKind",
    "UsagePointConnectedKind",
    "UsagePointPhaseCodeKind",
    "VehicleUsageKind",
    "WorkKind",
    "WorkStatusKind",
    "WorkTaskKind",
    "WorkTimeScheduleKind",
]


class WorkKind(CimEnum):
    """Kinds of work.

    >>> WorkKind("connect").name
    'connect'
    """

    connect = "connect"
    construction = "construction"
    disconnect = "disconnect"
    inspection = "inspection"
    maintenance = "maintenance"
    other = "other"
    reconnect = "reconnect"
    repair = "repair"
    service = "service"
    test = "test"


class WorkStatusKind(CimEnum):
    """Kinds of work status.

    >>> WorkStatusKind("approved").name
    'approved'
    """

    approved = "approved"
    cancelled = "cancelled"
    closed = "closed"
    completed = "completed"
    dispatched = "dispatched"
    enroute = "enroute"
    inProgress = "inProgress"
    onSite = "onSite"
    scheduled = "scheduled"
    waitingOnApproval = "waitingOnApproval"
    waitingOnMaterial = "waitingOnMaterial"
    waitingToBeScheduled = "waitingToBeScheduled"


class WorkTimeScheduleKind(CimEnum):
    """Kinds of work time schedule.

    >>> WorkTimeScheduleKind("actual").name
    'actual'
    """

    actual = "actual"
    earliest = "earliest"
    estimate = "estimate"
    latest = "latest"
    request = "request"


class WorkTaskKind(CimEnum):
    """Kinds of work task.

    >>> WorkTaskKind("exchange").name
    'exchange'
    """

    exchange = "exchange"
    install = "install"
    investigate = "investigate"
    remove = "remove"


class ProcedureKind(CimEnum):
    """Kinds of procedure.

    >>> ProcedureKind("diagnosis").name
    'diagnosis'
    """

    diagnosis = "diagnosis"
    inspection = "inspection"
    maintenance = "maintenance"
    other = "other"
    test = "test"


class VehicleUsageKind(CimEnum):
    """Kinds of vehicle usage.

    >>> VehicleUsageKind("contractor").name
    'contractor'
    """

    contractor = "contractor"
    crew = "crew"
    other = "other"
    user = "user"


class CustomerKind(CimEnum):
    """Kinds of customer.

    >>> CustomerKind("commercialIndustrial").name
    'commercialIndustrial'
    """

    commercialIndustrial = "commercialIndustrial"
    energyServiceScheduler = "energyServiceScheduler"
    energyServiceSupplier = "energyServiceSupplier"
    internalUse = "internalUse"
    other = "other"
    pumpingLoad = "pumpingLoad"
    residential = "residential"
    residentialAndCommercial = "residentialAndCommercial"
    residentialAndStreetlight = "residentialAndStreetlight"
    residentialFarmService = "residentialFarmService"
    residentialStreetlightOthers = "residentialStreetlightOthers"
    windMachine = "windMachine"


class MeterMultiplierKind(CimEnum):
    """Kinds of meter multiplier.

    >>> MeterMultiplierKind("ctRatio").name
    'ctRatio'
    """

    ctRatio = "ctRatio"
    kE = "kE"
    kH = "kH"
    kR = "kR"
    ptRatio = "ptRatio"
    transformerRatio = "transformerRatio"


class UsagePointConnectedKind(CimEnum):
    """Kinds of usage point connected.

    >>> UsagePointConnectedKind("connected").name
    'connected'
    """

    connected = "connected"
    logicallyDisconnected = "logicallyDisconnected"
    physicallyDisconnected = "physicallyDisconnected"


class UsagePointPhaseCodeKind(CimEnum):
    """Kinds of usage point phase code.

    >>> UsagePointPhaseCodeKind("A").name
    'A'
    """

    A = "A"
    AB = "AB"
    ABC = "ABC"
    ABCN = "ABCN"
    ABN = "ABN"
    AC = "AC"
    ACN = "ACN"
    AN = "AN"
    B = "B"
    BC = "BC"
    BCN = "BCN"
    BN = "BN"
    C = "C"
    CN = "CN"
    N = "N"
    s1 = "s1"
    s12 = "s12"
    s12N = "s12N"
    s1N = "s1N"
    s2 = "s2"
    s2N = "s2N"


class ServiceMultiplierKind(CimEnum):
    """Kinds of service multiplier.

    >>> ServiceMultiplierKind("ctRatio").name
    'ctRatio'
    """

    ctRatio = "ctRatio"
    ptRatio = "ptRatio"
    transformerRatio = "transformerRatio"


class SupplierKind(CimEnum):
    """Kinds of supplier.

    >>> SupplierKind("other").name
    'other'
    """

    other = "other"
    retailer = "retailer"
    utility = "utility"


class DraftWorkKind(CimEnum):
    """Kinds of draft work.

    >>> DraftWorkKind("construction").name
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


class DraftWorkStatusKind(CimEnum):
    """Kinds of draft work status.

    >>> DraftWorkStatusKind("approved").name
    'approved'
    """

    approved = "approved"
    cancelled = "cancelled"
    closed = "closed"
    completed = "completed"
    editedInHistory = "editedInHistory"
    inProgress = "inProgress"
    waitingOnApproval = "waitingOnApproval"
    waitingOnMaterial = "waitingOnMaterial"
    waitingOnPlantCondition = "waitingOnPlantCondition"
    waitingToBeScheduled = "waitingToBeScheduled"
