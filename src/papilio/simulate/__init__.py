"""Options in, Dataset out: synthetic measurements, labelled as such."""
