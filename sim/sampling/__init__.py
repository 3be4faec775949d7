"""From a seed to draws, and from draws to estimates with their errors."""
