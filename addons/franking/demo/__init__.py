"""The fake gateway, and `frank demo`."""
