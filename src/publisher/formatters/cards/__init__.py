"""Quote cards: letters, stars and stills drawn into a picture."""
