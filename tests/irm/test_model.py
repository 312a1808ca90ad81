"""The reference model has what is public of it, each fact with its source; the expected names are typed here."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter

import pytest

from cimbus import irm

CODES = ["AM", "CM", "ES", "EDO", "EDM", "FM", "CO", "MO", "MS", "NMM", "NO", "POP", "RMO", "SDP", "WM", "EXT"]

SIZES = {  # sub-functions and objects of each function, those that are probably additions of the source left out
    "AM": (5, 12),
    "CM": (6, 10),
    "ES": (4, 4),
    "EDO": (3, 5),
    "EDM": (3, 0),
    "FM": (2, 6),
    "CO": (1, 4),
    "MO": (5, 7),
    "MS": (6, 2),
    "NMM": (4, 2),
    "NO": (10, 13),
    "POP": (8, 9),
    "RMO": (1, 1),
    "SDP": (6, 2),
    "WM": (0, 1),
    "EXT": (0, 0),
    "shared": (2, 5),
}

NOUNS = {
    "3": """UnplannedOutages PlannedOutages PlannedOutageNotifications EquipmentFaults LineFaults OutagesAndFaults
        PubOutages OutageRecord SwitchingSchedule TroubleTicket""",
    "4": "AssetList AssetCatalogue TypeAssetCatalogue NetworkDataSet ChangeSet Presentation",
    "5": """DERGroups DERGroupForecasts DERGroupStatuses DERGroupDispatches DERGroupQueries DERGroupStatusQueries
        DERGroupForecastQueries DERGroup GetDERGroupCapability DemandResponse*""",
    "6": """WorkRequests MaintenanceOrders ServiceOrders GetWorkRequests GetMaintenanceOrders GetServiceOrders
        WorkRequest""",
    "9": """MeterReadings EndDeviceControls EndDeviceEvents MeterReadSchedule MeterServiceRequests MeterConfig
        EndDeviceConfig PricingStructureConfig UsagePointConfig UsagePointLocationConfig MasterDataLinkageConfig
        CustomerAgreementConfig AuxiliaryAgreementConfig ComModuleConfig CustomerAccountConfig CustomerConfig
        CustomerMeterDataSet EndDeviceFirmware EndDeviceGroups ReceiptRecord ServiceCategoryConfig ServiceLocationConfig
        ServiceSupplierConfig TransactionRecord UsagePointGroups MeterServiceRequest GetMeterReadings GetEndDeviceEvents
        GetEndDeviceControls GetMeterConfig GetEndDeviceConfig GetMeterReadSchedule GetPricingStructureConfig
        GetUsagePointConfig RCDSwitchState EndDeviceAssets""",
    "13": "FULLMODEL DIFFMODEL STATIONMODEL SVG",
    "": "CIMIdentities CIMIdentitiesQueries",
}

QUALITIES = {
    "schema": """DERGroups DERGroupForecasts DERGroupStatuses DERGroupDispatches DERGroupQueries DERGroupStatusQueries
        DERGroupForecastQueries WorkRequests MaintenanceOrders ServiceOrders GetWorkRequests GetMaintenanceOrders
        GetServiceOrders WorkRequest MeterReadings EndDeviceControls EndDeviceEvents MeterReadSchedule
        MeterServiceRequests""",
    "shape": """OutageRecord SwitchingSchedule TroubleTicket MeterConfig EndDeviceConfig PricingStructureConfig
        GetMeterReadings GetEndDeviceEvents GetEndDeviceControls GetMeterConfig GetEndDeviceConfig GetMeterReadSchedule
        GetPricingStructureConfig""",
    "sample": """PubOutages UsagePointConfig UsagePointLocationConfig MasterDataLinkageConfig CustomerAgreementConfig
        GetUsagePointConfig EndDeviceAssets""",
}

LINKS = {  # object: written by, read by
    "Asset": ("AM EDM FM", "AM EDM"),
    "Asset Analytics Result": ("AM", "AM"),
    "Asset Condition": ("AM", "AM POP"),
    "Asset Work Record": ("", "AM"),
    "Availability Schedule": ("POP", "POP"),
    "Billing Component": ("CM", ""),
    "Compliance Test Plan": ("ES", "ES"),
    "Contingency List": ("POP", "POP"),
    "Customer": ("CM", "CM"),
    "End Device Event": ("EDO", "FM"),
    "End Device Reading": ("", "CM"),
    "Energy Forecast": ("POP", "POP"),
    "Energy Schedule": ("NO", "NO"),
    "Environment Alert": ("", "NO"),
    "Environment Forecast": ("", "POP"),
    "Fault Assessment": ("FM", ""),
    "Frequency Restoration Reserve": ("NO", "NO"),
    "Incident": ("FM", "FM"),
    "Market Definition": ("MO", ""),
    "Network Capacity Assessment": ("POP", "NMM"),
    "Network Connection": ("EDM NMM", "EDM NMM"),
    "Network Model": ("EDM FM NMM", "AM ES EDM MO NMM NO POP"),
    "Network Operating Event": ("", "AM"),
    "Network Situation": ("ES", "ES"),
    "Planned Customer Outage": ("", "POP"),
    "Post Event Assessment": ("", "ES"),
    "Predicted Fault Event": ("FM", ""),
    "Real-Time Measurement": ("", "EDO FM"),
    "Settlement Quality Observation": ("EDO", ""),
    "State Assessment": ("NO", ""),
    "Switch Order": ("NO", ""),
    "Switching Schedule": ("POP", ""),
    "Telemetered Fault Signature": ("EDO", ""),
    "Unplanned Customer Outage": ("", "POP"),
}


def test_the_sixteen_functions_are_there_in_the_standards_order_with_clause_and_figure():
    functions = irm.business_functions()

    assert [each.code for each in functions] == [*CODES, "shared"]
    assert [each.clause for each in functions[:16]] == [f"4.3.{number}" for number in range(2, 18)]
    assert [each.figure for each in functions[:16]] == [3, 4, 5, 6, 7, *range(9, 20)]
    assert {each.source for each in functions[:16]} == {"front matter"}


@pytest.mark.parametrize("function", irm.business_functions(), ids=lambda each: each.code)
def test_each_function_has_its_sub_functions_and_objects_with_their_source(function):
    certain = [each for each in function.sub_functions if not each.suspect]

    assert (len(certain), len(function.objects)) == SIZES[function.code]
    assert function.content_source in {"transcription", "front matter", "not public"}
    assert {each.part_of for each in function.sub_functions} <= {"", *OVER, *(s.name for s in function.sub_functions)}
    assert len(set(function.objects + function.suspect_objects)) == len(function.objects + function.suspect_objects)


OVER = {  # sub-functions that the source names only as the ones above others
    "Observation Data Management",
    "Design Model Management",
    "Obligated Operation Planning",
    "Market Definition Management",
    "Model Part Management",
    "Real-Time Operation",
    "Customer Account Management",
    "Predictive Operational Condition Planning",
}


@pytest.mark.parametrize("name", LINKS)
def test_an_object_has_those_who_write_and_read_it(name):
    found = irm.business_object(name)
    written, read = LINKS[name]

    assert {link.function for link in found.written_by} == set(written.split())
    assert {link.function for link in found.read_by} == set(read.split())
    assert found.source == "transcription"


def test_all_objects_and_links_are_there():
    objects = irm.business_objects()

    assert Counter(each.suspect for each in objects) == {False: 84, True: 22}
    assert sum(1 for each in objects if each.written_by or each.read_by) == 62
    doubtful = {each.name for each in objects for link in (*each.written_by, *each.read_by) if link.doubtful}
    assert doubtful == {"Asset", "Network Model"}


@pytest.mark.parametrize("part", NOUNS)
def test_every_noun_of_a_part_is_there(part):
    assert [each.name for each in irm.all_noun_facts() if each.part == part] == NOUNS[part].split()


@pytest.mark.parametrize("quality", QUALITIES)
def test_a_noun_says_how_much_of_it_is_public(quality):
    found = {each.name for each in irm.all_noun_facts() if each.quality == quality}

    assert found == set(QUALITIES[quality].split())
    assert all(irm.noun_facts(name).children for name in found if name not in VENDORS)


VENDORS = {"OutageRecord", "SwitchingSchedule", "TroubleTicket"}


def test_the_qualities_are_these():
    qualities = Counter(each.quality for each in irm.all_noun_facts())

    assert qualities == {"schema": 19, "shape": 13, "sample": 7, "name": 26, "vendor": 10}


def test_tables_refer_to_what_there_is():
    codes = {each.code for each in irm.business_functions()}
    names = {each.name for each in irm.all_noun_facts()}

    for noun in irm.all_noun_facts():
        assert set(noun.functions) <= codes
        assert not noun.query_of or noun.query_of in names
        assert noun.part in {"", *(each.number for each in irm.series_parts())}
    for each in irm.business_objects():
        assert set(each.nouns) <= names


def test_parts_layers_and_other_facts_have_their_source():
    sources = {"front matter", "transcription", "inference", "public source", "older edition", "not public"}

    assert [each.number for each in irm.series_parts()] == ["3", "4", "5", "6", "7", "8", "9", "11", "13", "100"]
    assert [each.clause for each in irm.profile_layers()] == [f"5.{number}" for number in range(2, 9)]
    assert {each.source for each in (*irm.series_parts(), *irm.profile_layers(), *irm.standard_facts())} <= sources
    assert {each.clause for each in irm.standard_facts()} >= {"4", "5", "6", "7", "8", "9", "A", "B", "C", "D", "E"}


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda: irm.business_function("NOP"), r"no business function 'NOP'; there are AM \(Asset Management\), CM"),
        (lambda: irm.business_object("Incidents"), "no business object 'Incidents'; is it 'Incident'"),
        (lambda: irm.noun_facts("MeterReading"), "of a noun 'MeterReading'; is it 'MeterReadings'"),
    ],
)
def test_an_unknown_name_is_refused_with_those_that_there_are(ask, said):
    with pytest.raises(ValueError, match=said):
        ask()


@pytest.mark.parametrize(
    ("code", "nouns"),
    [
        ("EDO", {"MeterReadings", "EndDeviceEvents", "EndDeviceControls", "GetMeterReadings"}),
        ("FM", {"UnplannedOutages", "EndDeviceEvents", "GetEndDeviceEvents"}),
        ("CM", {"MeterReadings", "PricingStructureConfig"}),  # account settlement reads end device readings
        ("POP", {"UnplannedOutages", "PlannedOutages", "DERGroups"}),
        ("WM", {"WorkRequests", "GetWorkRequests"}),
    ],
)
def test_a_function_usually_receives_its_own_nouns_and_those_of_objects_that_it_reads(code, nouns):
    assert nouns <= irm.nouns_heard_by(code)


def test_importing_cimbus_imports_no_reference_model():
    code = "import sys, cimbus; assert 'cimbus.irm' not in sys.modules"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
