"""The configuration: where it is read from, what is in it, what is wrong.

Nothing is imported here: `layers` reads values without pydantic, which keeps
`miroir --help` fast; `loading` validates them.
"""
