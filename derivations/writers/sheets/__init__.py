"""Exercise sheets, their keys and what learning platforms import."""
