"""What `make bench` runs: ratios to a peer or a floor, measured in one run."""
