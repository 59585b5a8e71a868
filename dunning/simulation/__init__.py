"""Time that jumps: the simulator, its made-up world, the forecast, and scenarios told on the core."""
