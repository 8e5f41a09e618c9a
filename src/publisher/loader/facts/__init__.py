"""Single facts as people write them: dates, ratings, names, languages, charsets, where to watch."""
