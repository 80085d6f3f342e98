"""The Mask panel."""
