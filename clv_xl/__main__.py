"""`python -m clv_xl` is `clv-xl`."""

from .cli import main

main()
