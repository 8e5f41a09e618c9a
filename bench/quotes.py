"""How long choosing quotes takes: reviews of growing length, milliseconds of processor time each, and the first call.

python bench/quotes.py
"""

import time

from publisher import quotes
from publisher.model import Review

PARAGRAPH = (
    "Tin Harbour is a funny, beautifully acted comedy that finds real warmth in the coldest of places. "
    "Ada Quill plays Mara, a harbour pilot who returns to her village after a long winter away. "
    "But the script never lets her rest, and the second act drags where it ought to sing. "
    "It is a film about work, weather and the price of staying, and it earns every one of its silences."
)


def made(paragraphs: int) -> Review:
    """A review of four sentences a paragraph."""
    return quotes.review_from_plain("Tin Harbour", "\n\n".join([PARAGRAPH] * paragraphs))


def main() -> None:
    """One line a size."""
    start = time.perf_counter()
    quotes.rank(made(1))
    print(f"first call (reads the weights): {1000 * (time.perf_counter() - start):.0f} ms")
    for paragraphs in (2, 6, 12, 60, 600):
        review = made(paragraphs)
        times = 20 if paragraphs < 60 else 1
        start = time.process_time()
        for _ in range(times):
            quotes.rank(review)
        spent = 1000 * (time.process_time() - start) / times
        print(f"{4 * paragraphs:5} sentences, {len(review.plain.split()):6} words: {spent:8.1f} ms")


if __name__ == "__main__":
    main()
