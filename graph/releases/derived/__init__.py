"""What a release holds besides what editors wrote, and is made from it: plain facts, statistics, description, index."""
