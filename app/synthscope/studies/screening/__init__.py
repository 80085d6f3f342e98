"""Which raters to weigh less, and which to look at: BT.500, P.910, catch trials, answers faster than sight."""
