"""What a scenario file may say: its sections and keys, as strict models."""
