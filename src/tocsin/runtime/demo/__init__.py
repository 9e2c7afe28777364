"""The demonstration: a made-up payments company with half a year of incidents, and a recorded storm.

All of it is made by the commands that everybody uses, on a simulated clock over an empty ledger of
the origin `demo`. Nothing here writes a row, and nothing of it can get into another ledger.
"""
