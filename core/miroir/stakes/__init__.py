"""What a wrong declaration costs on a day: euros, surcharges, points.

attribution -> points, surcharges -> company
"""
