"""The tools that draw masks, on the canvas and in the Mask panel."""
