"""Message blocks and a channel's capabilities become the parts that it can show. Pure."""
