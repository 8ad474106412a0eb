"""What must hold for every shipped rulebook and every store, tried on drawn cases and against plain brute force."""
