"""Everything about statements; knows no Flask and no word of HTTP."""
