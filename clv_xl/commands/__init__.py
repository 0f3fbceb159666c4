"""The commands of `clv-xl`, one a module, and how they tell what they did."""
