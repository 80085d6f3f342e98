"""Images as cells of four pixels' side: an encoder, a decoder, what a rebuilt image is held to, fields in pieces."""
