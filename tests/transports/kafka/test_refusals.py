"""Which errors of Kafka's brokers are final: every one that aiokafka knows, and what is done about it."""

from __future__ import annotations

import anyio
import pytest
from aiokafka import errors

from cimbus.errors import ConnectError, SendError
from cimbus_kafka.aiokafka_types import REFUSALS, Refused

from . import support

FINAL = {
    *("TopicAuthorizationFailedError", "GroupAuthorizationFailedError", "ClusterAuthorizationFailedError"),
    *("TransactionalIdAuthorizationFailed", "InvalidTopicError", "InvalidRequiredAcksError", "InvalidGroupIdError"),
    *("InconsistentGroupProtocolError", "InvalidSessionTimeoutError", "InvalidTimestampError"),
    *("UnsupportedSaslMechanismError", "UnsupportedVersionError", "InvalidPartitionsError"),
    *("InvalidReplicationFactorError", "InvalidConfigurationError", "UnsupportedForMessageFormatError"),
    *("PolicyViolationError", "InvalidTransactionTimeout"),
}
PASSING = {
    *("UnknownError", "OffsetOutOfRangeError", "CorruptRecordException", "UnknownTopicOrPartitionError"),
    *("InvalidFetchRequestError", "LeaderNotAvailableError", "NotLeaderForPartitionError", "RequestTimedOutError"),
    *("BrokerNotAvailableError", "ReplicaNotAvailableError", "StaleControllerEpochError", "NotControllerError"),
    *("OffsetMetadataTooLargeError", "StaleLeaderEpochCodeError", "GroupLoadInProgressError", "KafkaStorageError"),
    *("GroupCoordinatorNotAvailableError", "NotCoordinatorForGroupError", "NotEnoughReplicasError", "LogDirNotFound"),
    *("NotEnoughReplicasAfterAppendError", "IllegalGenerationError", "UnknownMemberIdError", "NonEmptyGroup"),
    *("RebalanceInProgressError", "InvalidCommitOffsetSizeError", "IllegalSaslStateError", "InvalidRequestError"),
    *("TopicAlreadyExistsError", "InvalidReplicationAssignmentError", "OutOfOrderSequenceNumber", "GroupIdNotFound"),
    *("DuplicateSequenceNumber", "InvalidProducerEpoch", "InvalidTxnState", "InvalidProducerIdMapping"),
    *("ConcurrentTransactions", "TransactionCoordinatorFenced", "SecurityDisabled", "OperationNotAttempted"),
    *("SaslAuthenticationFailed", "UnknownProducerId", "ReassignmentInProgress", "DelegationTokenAuthDisabled"),
    *("DelegationTokenNotFound", "DelegationTokenOwnerMismatch", "DelegationTokenRequestNotAllowed"),
    *("DelegationTokenAuthorizationFailed", "DelegationTokenExpired", "InvalidPrincipalType", "ListenerNotFound"),
    *("FetchSessionIdNotFound", "InvalidFetchSessionEpoch", "MemberIdRequired"),
    *("MessageSizeTooLargeError", "RecordListTooLargeError"),  # a smaller batch may do
}


def test_every_error_of_the_protocol_is_sorted():
    known = {
        kind.__name__: kind  # some have old names, too
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.BrokerResponseError)
    }
    del known["BrokerResponseError"], known["NoError"]

    assert {name for name, kind in known.items() if REFUSALS.final(kind)} == FINAL
    assert known.keys() - FINAL == PASSING
    assert {kind.__name__ for kind in Refused} == FINAL


def test_a_row_gives_the_code_of_its_error():
    for kind, (_, source) in REFUSALS.rows.items():
        assert str(kind.errno) in source


@pytest.fixture(scope="module")
def strict(tmp_path_factory):
    """A broker with Kafka's own bounds of the session timeout."""
    from cimbus.testing.brokers import KafkaBroker
    from cimbus.testing.brokers.fixtures import needed

    needed("kafka")
    with KafkaBroker(tmp_path_factory.mktemp("kafka"), properties={"group.min.session.timeout.ms": 6000}) as broker:
        yield broker


@pytest.mark.anyio
@pytest.mark.broker
@pytest.mark.parametrize("session", [1, 7200])
async def test_a_session_timeout_that_the_brokers_refuse_is_an_error_with_its_bounds(strict, session):
    """It would be refused in the same way at every attempt."""
    where = support.context()
    async with support.transport(strict, session=session) as transport:
        with anyio.fail_after(60), pytest.raises(ConnectError, match="option session") as caught:
            async with transport.listen(support.spec(where, "g", durable=True)):
                pytest.fail("the session timeout was refused")

        assert "InvalidSessionTimeout" in str(caught.value)
        assert "group.min.session.timeout.ms is 6000, group.max.session.timeout.ms is 1800000" in str(caught.value)


@pytest.mark.anyio
@pytest.mark.broker
async def test_a_replication_that_the_brokers_refuse_is_an_error_with_their_words(kafka):
    where = support.context()
    async with support.transport(kafka, replication=3) as transport:
        with anyio.fail_after(60), pytest.raises(ConnectError, match=r"option replication: .* 1 broker"):
            async with transport.listen(support.spec(where)):
                pytest.fail("there is one broker only")
        (error,) = await transport.send([support.frame(where, b"x")])

        assert isinstance(error, SendError)
        assert "option replication" in str(error)
