"""Which hosts are opened, which paths speak which wire format, which headers each gateway reads."""
