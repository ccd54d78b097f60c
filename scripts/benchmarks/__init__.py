"""What franking costs: measured against stock mitmdump, in the same run, on the same load."""
