"""Months of many companies: immutable Parquet files, published by a row.

Nobody is named in them: a person is a number of 64 bits made with a key.
"""
