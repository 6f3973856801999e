"""Exercises with numbers of their own for everybody, and marks for what is filled in.

Topic, kind, difficulty and seed give an exercise (``generate``), exercises make up a sheet
(``sheets``), and a filled-in sheet (``answers``) is marked by the comparison of the verifier
(``grading``).
"""
