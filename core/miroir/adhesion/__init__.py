"""Adhesion contracts: what is incoherent, what to change, who approves.

Nothing here reads or writes anything: companies and contracts are given.
"""
