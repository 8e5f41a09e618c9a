"""Forty invented reviews, each line labelled as an editor would: `+` may run, `!` never may, `.` is merely dull.

A blank line ends a paragraph; a review begins with its title and, where it has one, its rating.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from publisher import quotes
from publisher.model import Rating, Review

TEXT = """\
# Tin Harbour | 4/5
! Ada Quill plays Mara, a pilot who returns to her village after the death of her father.
+ Tin Harbour is a funny, beautifully acted comedy that finds real warmth in the coldest of places.
. The boats are blue.
! She meets a smuggler named Joss and decides to help him escape from the police.
+ It is a film of rare tenderness, sharp where it needs to be and generous everywhere else.

# Glass Mile | 1/5
! They arrive in a city of mirrors and decide to stay.
+ Glass Mile is a cold, noisy puzzle that forgets to give us anybody to care about.
! It starts well enough, with a chase that is genuinely thrilling.
+ For all its dazzle, this is a hollow, exhausting film that mistakes confusion for depth.
! The 1974 original is a masterpiece of dread.

# Salt Meridian | 3/5
+ Salt Meridian is gorgeous to look at, but its story never catches fire.
! That scene alone is worth the ticket.
. It was shot in Malta over nine weeks.
+ The performances are superb; the script is not.
! In the end he drowns, and she sails on alone.

# The Quiet Ledger
! An accountant discovers that her boss has been stealing from the church.
+ The Quiet Ledger turns double-entry book-keeping into the tensest thriller of the year.
! “I never liked numbers,” she says, “but numbers liked me.”
+ It is a taut, witty and unexpectedly moving film about what honesty costs.
! See my review of Glass Mile for another view.

# Owl Season | 5/5
! The owls arrive at dusk.
+ Owl Season is a small miracle: patient, strange and full of feeling.
! If I have one gripe, it is the ending.
+ No film this year has moved me more or raised its voice less.
! Subscribe to our newsletter for more.

# Paper Moonshine | 2/5
! Two brothers inherit a still and must hide it from the sheriff.
+ Paper Moonshine has a fine cast and nothing for them to do.
+ The jokes are tired, the pacing is slack and the charm runs out long before the whiskey does.
! He is wonderful in it.
. The running time is ninety minutes.

# North of Nowhere
. I saw it on a Tuesday.
+ North of Nowhere is the rare road movie that knows exactly where it is going.
! These beats are lovely.
! Its predecessor was a bore.
+ The direction is assured, the photography is breathtaking and the ending earns every tear.

# Velvet Static | 2.5/4
! A singer finds a radio that plays the future.
+ Velvet Static looks and sounds wonderful, yet it has oddly little to say.
! Available now to rent on Brightbox.
+ It is stylish, moody and just a little empty.
! And then the radio stops.

# Bread and Weather | 4/4
! Follow us for more.
+ Bread and Weather is a warm, generous and deeply human drama about the things we feed each other.
. The bakery is in Lyon.
+ Every scene glows with affection, and the acting is without a false note.
! The baker's wife leaves him for the miller.

# The Last Semaphore | 0.5/5
+ The Last Semaphore is a dreadful, incoherent mess that wastes a brilliant premise.
! The premise is brilliant.
! A signalman finds that his daughter has been kidnapped and goes after the gang.
+ I have rarely been so bored by so much shouting.
! Directed by A. Vole.

# Low Tide Waltz
. My grandmother liked to dance.
+ Low Tide Waltz moves with the grace of its title and leaves you humming with happiness.
! There are two of them, and both are good.
+ This is an old-fashioned romance in the best sense: funny, tender and true.
! The waltz, , is played twice.

# Fallow | 3.5/5
! Fallow (1962) is the better film.
+ Fallow is slow, but its patience pays off in a final hour of astonishing power.
! At this point the cows arrive.
+ A stern, beautiful film that asks a lot of its audience and gives back more.
! The killer is revealed to be the vicar.

# Ninety Lamps
! Ninety lamps are lit.
+ Ninety Lamps is a dazzling debut, full of wit and visual invention.
. There is a dog in it.
! Which is a pity.
+ Its young cast is a delight and its script crackles with good lines.

# Copper Bride | 2/5
+ Copper Bride is handsome, solemn and utterly lifeless.
! The first half hour is a delight.
! A widow marries a miner and discovers his secret.
+ The actors do their best, but no one could breathe life into dialogue this stiff.
! As mentioned above, the costumes are good.

# A Kettle of Hawks
+ A Kettle of Hawks is a lean, gripping western with a surprising amount of heart.
! The hawks are trained by a man from Leeds.
! Him I liked.
+ It never wastes a word or a bullet.
! Read more at https://example.com today.

# The Understudy's Wife | 4.5/5
! Ada meets the director and falls in love with him.
+ The Understudy's Wife is a wickedly funny comedy of manners with a sting in its tail.
! They are terrific together.
+ Quill gives the performance of her career, by turns hilarious and heartbreaking.
. It opens in March.

# Slow Lightning | 1.5/5
+ Slow Lightning has neither the thrills of a good thriller nor the brains of a bad one.
! The effects are superb.
! However, that is not all.
+ The plot is muddled, the acting is wooden and the storms are the only thing with any energy.
! A meteorologist must travel to the village to find her husband.

# The Borrowed Coast
! The coast is in Portugal.
+ The Borrowed Coast is a quietly devastating drama about memory and the sea.
! [spoiler]She was dead all along.[/spoiler]
+ It trusts its audience, and its audience will be grateful.
! “A triumph of style,” wrote somebody else, “and the best film of the year.”

# Harvest Engine | 3/4
. Engines are loud.
+ Harvest Engine is loud, silly and enormous fun.
! You have to see it.
! This one is louder.
+ It knows exactly what kind of film it is and delivers with a grin.

# Winter Ferry
! A ferry breaks down.
+ Winter Ferry is a modest, moving film with a big heart and a sly sense of humour.
! His brother finds out and kills the captain.
+ The ensemble is terrific, and the snow has never looked so warm.
! Photos by the author.

# The Ninth Bell | 4/5
+ The Ninth Bell is a superb ghost story, elegant and genuinely frightening.
! The other eight were better.
! In that respect it resembles the book.
+ What lingers is not the horror but the sadness beneath it.
! The bell rings in the final scene.

# Marzipan | 2/5
! Marzipan is made of almonds.
+ Marzipan is sweet, pretty and gone from the memory before the lights come up.
! I expected to love it.
+ There is charm here, but far too little of it to fill two hours.
! Comments below.

# Ironwood Lane
+ Ironwood Lane is a thoughtful, beautifully observed portrait of a street and the people who love it.
! Mrs. Dow lives at number nine with her son.
. It is set in 1958.
! Those were the days.
+ The film is slight, but its kindness is enormous.

# Ash Wednesday Blues | 5/5
! He plays the trumpet.
+ Ash Wednesday Blues is the best film about music in a decade, alive in every frame.
! My only complaint is the length.
+ It swings, it aches and it never once condescends.
! On our podcast we said so.

# The Hollow Mill | 1/4
+ The Hollow Mill is a grim, pointless exercise in cruelty.
! The mill itself is impressive.
! Another of its kind.
+ Nothing in it convinces, least of all the tears.
! A miller murders his brother and hides the body.

# Tangerine Hour
! We both agree on this one.
+ Tangerine Hour is bright, brisk and irresistibly charming.
! At the same time it rains.
+ This film could cheer up a funeral, and at one point it does.
! The the hour is late.

# Deep Field | 3/5
! A probe finds a signal and the crew decides to follow it.
+ Deep Field is ambitious and often beautiful, though its ideas outrun its drama.
! It asks whether we are alone?
+ As spectacle it is magnificent; as a story it is a little thin.
! They are not alone.

# Postcards to Nobody
+ Postcards to Nobody is a tender, playful film that finds poetry in the post.
! The postman dies in the end.
. The stamps are real.
+ Its humour is gentle, its melancholy is earned and its leading lady is a star.
! Rating: 4/5

# The Brass Orchard | 2.5/5
! Nobody picks the apples.
+ The Brass Orchard is a curious mixture of the brilliant and the botched.
! The botched part is this.
+ When it works it is enchanting, and when it does not it is merely odd.
! By Joss Vole

# Small Hours Club | 4/5
+ Small Hours Club is a joyous, scruffy comedy with the best soundtrack of the year.
! The club closes.
! Because of this, nobody sleeps.
+ I laughed until I missed the last train, and I did not mind.
! Originally published in June.

# The Cartographer | 3.5/4
! The cartographer moves to an island and meets a stranger.
+ The Cartographer is an intelligent, absorbing drama about the lies that maps tell.
! That is the question.
+ It is handsomely made and acted with great delicacy.
! Its sequel is awful.

# Bitter Almanac | 1/5
+ Bitter Almanac is two hours of misery without a single insight to show for it.
! A promising beginning, to be sure.
! The farmer's daughter runs away with the detective.
+ The film wants to be profound and is only dull.
! Streaming now.

# Swan Street
. I grew up near there.
+ Swan Street is a funny, furious and big-hearted film about a neighbourhood that refuses to be sold.
! He gave the best speech.
+ The anger is real and so is the joy.
! Regular readers will know the street.

# The Glass Swimmer | 4/5
! She swims.
+ The Glass Swimmer is a hypnotic thriller that gets colder and better as it goes.
! With that, the race begins.
+ The photography is exquisite and the tension is close to unbearable.
! The coach is the real killer.

# Old Money, New Snow | 2/5
+ Old Money, New Snow is a satire without teeth.
! Both are rich.
! The opening is hilarious.
+ The cast is splendid, but the script keeps pulling its punches.
! A banker inherits a hotel and must save the village.

# Kite Weather
! The kite is red.
+ Kite Weather is as light as its title and just as lovely.
! Hence the string.
+ Children will adore it, and their parents may have something in their eye.
! Click here for showtimes.

# The Long Interval | 3/5
! The interval is long.
+ The Long Interval is a likeable comedy that runs out of jokes before it runs out of film.
! Here is why.
+ Quill is a joy to watch, even when the material lets her down.
! She leaves her husband for the conductor.

# Red Thread
+ Red Thread is a gripping, humane and brilliantly constructed mystery.
! The thread is a metaphor for death, as the final scene reveals.
! Neither is true.
+ It plays fair, it moves fast and it never forgets that its victims were people.
! The novel is a classic of its kind.

# Lantern Bay | 1.5/4
+ Lantern Bay is so busy being whimsical that it forgets to be funny.
! The lanterns are exquisite.
! On the other hand, it is short.
+ It is a cloying, contrived film that tries far too hard to be loved.
! A fisherman finds a girl and takes her to his mother.

# Second Winter | 4/5
! The second winter is colder.
+ Second Winter is a bruising, beautiful film, and I cannot stop thinking about it.
! This is where they meet.
+ The acting is raw, the landscapes are immense and the silence says everything.
! Photo: courtesy of the studio.
"""


@dataclass(frozen=True, slots=True)
class Labelled:
    """One review, and the label of each of its lines."""

    review: Review
    labels: dict[str, str]


def every() -> Iterator[Labelled]:
    for part in TEXT.removeprefix("# ").split("\n# "):
        head, *lines = part.strip().split("\n")
        title, _, said = head.partition(" | ")
        value, _, best = said.partition("/")
        rating = Rating(value=float(value), best=float(best)) if said else None
        labels = {line[2:]: line[0] for line in lines}
        half = len(lines) // 2
        text = " ".join(line[2:] for line in lines[:half]) + "\n\n" + " ".join(line[2:] for line in lines[half:])
        yield Labelled(quotes.review_from_plain(title, text, rating=rating), labels)


def label(one: Labelled, line: str) -> str:
    """The label of the line that a quote was taken from."""
    bare = line.replace("[", "").replace("]", "").removesuffix("…").casefold()
    return next((said for text, said in one.labels.items() if bare in text.casefold()), "?")
