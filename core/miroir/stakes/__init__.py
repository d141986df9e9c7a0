"""What a wrong declaration costs on a day: euros, surcharges, points.

attribution -> instalments, points, not_priced -> company
"""
