"""Every image of every arm as an 8-bit picture by one and the same rule, and catch pictures made of them."""
