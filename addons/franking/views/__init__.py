"""What every view needs and none owns: a request and its attribution in words, amounts as typed, and who is asking."""
