"""Hosts: each hands the catalogue to one program that shows its functions."""
