"""From the bytes of a file to rows of cells, whatever the file is made of."""
