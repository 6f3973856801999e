"""The model as text: tutorials through templates, worked examples in a terminal."""
