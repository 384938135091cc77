"""Use cases: one function, one transaction. Declares the ports that channels and web implement."""
