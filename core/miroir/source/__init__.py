"""Files as received: bytes never altered, known by their sha256."""
