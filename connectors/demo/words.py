"""What people write into surveys and feedback, by mood."""

GOOD = (
    "Quick and friendly, thank you.",
    "Solved in one go, better than I had hoped.",
    "The agent knew exactly what to do.",
    "Great help as always.",
    "Fast answer, clear steps, all works again.",
    "I did not have to explain it twice. Very good.",
    "Really pleasant contact, even on a Friday evening.",
    "Easy to reach and honest about the delay.",
    "Exactly the answer that I needed.",
    "The new help pages are useful, and so was the chat.",
)
MIXED = (
    "In the end it worked, but it took three mails.",
    "Friendly, though a little slow.",
    "Fine, but I had to ask twice.",
    "The answer was right, the way to it was long.",
    "The bot did not understand me; the person after it did.",
    "Okay. Next time I would like to know how long it takes.",
    "Good in the chat, no reply to my mail.",
)
BAD = (
    "I waited for days and nobody told me why.",
    "Still not solved. I have written four times now.",
    "I was sent from one person to the next.",
    "Standard answers that had nothing to do with my question.",
    "Way too much effort for such a small thing.",
    "We lost half a day because of this.",
    "If this happens again we will look for somebody else.",
    "The phone line was busy all morning.",
    "The figures were wrong and nobody noticed but us.",
    "You closed the ticket before the problem was gone.",
)
REASONS_GOOD = ("Speed", "Kindness", "Right solution", "Clear words")
REASONS_BAD = ("Waiting time", "Not solved", "Too many steps", "Had to repeat myself", "Unclear words")

NPS_GOOD = (
    "We would not want to work without it.",
    "Good people, fair price.",
    "Support is the reason why we stay.",
    "It saves our team hours every week.",
    "Recommended it to two partners already.",
)
NPS_MIXED = (
    "Solid, but the competition is catching up.",
    "We use only half of it.",
    "Good, if only reports were faster.",
    "The price went up, the service did not.",
)
NPS_BAD = (
    "Too many problems in the last months.",
    "Support takes too long to answer.",
    "We pay more every year and get the same.",
    "After the outage we do not trust it any more.",
    "It does not fit the way we work.",
)
