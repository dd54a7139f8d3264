"""Other formats, in and out: nothing is locked in."""
