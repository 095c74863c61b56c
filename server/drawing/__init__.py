"""What is drawn rather than written: maps, intervals of figures, and the picture that stands for a page elsewhere."""
