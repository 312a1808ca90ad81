"""The Kafka transport, on real brokers."""
