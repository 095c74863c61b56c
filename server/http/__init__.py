"""The transport: what HTTP wants of every answer, whatever stands in it."""
