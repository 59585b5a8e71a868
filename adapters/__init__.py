"""The outside world behind the ports: storage, payment gateways, channels, messages, settings and the clock."""
