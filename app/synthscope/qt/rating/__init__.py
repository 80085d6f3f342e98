"""What a rater sees: pictures on neutral grey."""
