"""One conversation step: state and input in, state and messages out. Deterministic, no I/O."""
