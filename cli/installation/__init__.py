"""An installation put together by its settings: store, connections, payment provider, and the processes over them."""
