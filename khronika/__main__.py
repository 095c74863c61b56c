"""`python -m khronika` is `khronika`."""

from khronika.main import main

main(prog_name="khronika")
