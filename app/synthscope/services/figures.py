"""What is measured of every candidate when it is made."""
