"""Enumerations."""

from __future__ import annotations

from cimbus.interface.model import CimEnum

__all__ = [
    "CurveStyle",
    "DERParameterKind",
    "DERUnitSymbol",
    "FlowDirectionKind",
    "TimeIntervalKind",
]


class DERParameterKind(CimEnum):
    """Kinds of DER parameter.

    >>> DERParameterKind("activePower").name
    'activePower'
    """

    activePower = "activePower"
    apparentPower = "apparentPower"
    decreasingRampRate = "decreasingRampRate"
    highFilterBiDirectionalRegulation = "highFilterBiDirectionalRegulation"
    highFilterDownRegulation = "highFilterDownRegulation"
    highFilterUpRegulation = "highFilterUpRegulation"
    increasingRampRate = "increasingRampRate"
    lowFilterBiDirectionalRegulation = "lowFilterBiDirectionalRegulation"
    lowFilterDownRegulation = "lowFilterDownRegulation"
    lowFilterUpRegulation = "lowFilterUpRegulation"
    reactivePower = "reactivePower"
    voltage = "voltage"


class FlowDirectionKind(CimEnum):
    """Kinds of flow direction.

    >>> FlowDirectionKind("forward").name
    'forward'
    """

    forward = "forward"
    lagging = "lagging"
    leading = "leading"
    net = "net"
    none = "none"
    q1minusQ4 = "q1minusQ4"
    q1plusQ2 = "q1plusQ2"
    q1plusQ3 = "q1plusQ3"
    q1plusQ4 = "q1plusQ4"
    q2minusQ3 = "q2minusQ3"
    q2plusQ3 = "q2plusQ3"
    q2plusQ4 = "q2plusQ4"
    q3minusQ2 = "q3minusQ2"
    q3plusQ4 = "q3plusQ4"
    quadrant1 = "quadrant1"
    quadrant2 = "quadrant2"
    quadrant3 = "quadrant3"
    quadrant4 = "quadrant4"
    reverse = "reverse"
    total = "total"
    totalByPhase = "totalByPhase"


class DERUnitSymbol(CimEnum):
    """What DER unit symbol there is.

    >>> DERUnitSymbol("A").name
    'A'
    """

    A = "A"
    Ah = "Ah"
    As = "As"
    Btu = "Btu"
    Hz = "Hz"
    Q = "Q"
    Qh = "Qh"
    V = "V"
    VA = "VA"
    VAh = "VAh"
    VAr = "VAr"
    VArh = "VArh"
    VPerVA = "VPerVA"
    VPerVAr = "VPerVAr"
    Vh = "Vh"
    Vs = "Vs"
    W = "W"
    WPerA = "WPerA"
    WPers = "WPers"
    Wh = "Wh"
    deg = "deg"
    degC = "degC"
    h = "h"
    min = "min"
    ohm = "ohm"
    ohmPerm = "ohmPerm"
    ohmm = "ohmm"
    onePerHz = "onePerHz"
    s = "s"
    therm = "therm"


class CurveStyle(CimEnum):
    """What curve style there is.

    >>> CurveStyle("constantYValue").name
    'constantYValue'
    """

    constantYValue = "constantYValue"
    straightLineYValues = "straightLineYValues"


class TimeIntervalKind(CimEnum):
    """Kinds of time interval.

    >>> TimeIntervalKind("D").name
    'D'
    """

    D = "D"
    M = "M"
    Y = "Y"
    h = "h"
    m = "m"
    s = "s"
