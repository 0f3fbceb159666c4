"""From a file of orders to what its customers will bring, told on a screen, in a workbook, as data and in pictures."""
