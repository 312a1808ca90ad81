"""Which package registers which noun: it is imported when a message with the noun comes, or when it is asked for.

Importing all of them would take longer than importing the rest of the library.
"""

from __future__ import annotations

from typing import Final

from cimbus.interface.model import provide

PROVIDED: Final[dict[str, tuple[str, ...]]] = {
    "work": (
        "MaintenanceOrders",
        "WorkRequests",
        "ServiceOrders",
        "WorkRequest",
        "GetMaintenanceOrders",
        "GetWorkRequests",
        "GetServiceOrders",
    ),
    "der": (
        "DERGroups",
        "DERGroupDispatches",
        "DERGroupForecasts",
        "DERGroupStatuses",
        "DERGroupQueries",
        "DERGroupStatusQueries",
        "DERGroupForecastQueries",
        "GetDERGroupStatuses",
    ),
    "metering_config": (
        "MeterServiceRequests",
        "MeterConfig",
        "EndDeviceConfig",
        "PricingStructureConfig",
        "GetMeterConfig",
        "GetEndDeviceConfig",
        "GetEndDeviceControls",
        "GetMeterReadSchedule",
        "GetPricingStructureConfig",
        "GetUsagePointConfig",
        "EndDeviceAssets",
        "UsagePointConfig",
        "UsagePointLocationConfig",
        "MasterDataLinkageConfig",
    ),
    "operations": ("PubOutages", "OutageRecord", "SwitchingSchedule", "TroubleTicket"),
    "identity": (
        "CIMIdentities",
        "CIMIdentitiesQueries",
    ),
    "derived": (
        "UnplannedOutages",
        "EquipmentFaults",
        "LineFaults",
        "OutagesAndFaults",
        "PlannedOutages",
        "PlannedOutageNotifications",
        "SwitchingPlans",
        "AssetList",
        "AssetCatalogue",
        "TypeAssetCatalogue",
        "TroubleTickets",
        "CustomerConfig",
        "CustomerAccountConfig",
        "CustomerAgreementConfig",
        "AuxiliaryAgreementConfig",
        "ServiceLocationConfig",
        "ComModuleConfig",
        "ServiceCategoryConfig",
        "ServiceSupplierConfig",
        "EndDeviceGroups",
        "UsagePointGroups",
        "ReceiptRecord",
        "TransactionRecord",
        "EndDeviceFirmware",
        "CustomerMeterDataSet",
        "MeterServiceRequest",
        "ChangeSet",
        "NetworkDataSet",
        "Presentation",
    ),
    "reporting": (
        "ComponentReports",
        "GetComponentReports",
    ),
}
"""Nouns by package of ``cimbus.nouns``."""


def provide_nouns() -> None:
    """Say to the registry where the nouns are.

    >>> provide_nouns()
    >>> from cimbus.interface.model import find_named
    >>> find_named("ServiceOrders")[0].source
    'schema'
    """
    for package, nouns in PROVIDED.items():
        provide(f"cimbus.nouns.{package}", nouns)
