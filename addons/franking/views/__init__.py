"""What every view needs and none owns: periods of time, values in words, and who is asking."""
