"""Where a number may come from: priors, list prices, features, and the presets and the starter made of them."""
