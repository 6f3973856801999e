"""Pictures as frozen data: marks in plain coordinates, worked out here from exact values.

One template sets them as SVG, another one as TikZ.
"""
