"""The words of a checkpoint: six short words that a room can compare by ear and by eye.

They are read off a screen, so that everyone in a meeting can see that everyone is shown the same
record. Each of the first six bytes of this hash picks one of 256 words::

    SHA-256(origin + "\\n" + tree size in decimal + "\\n" + root hash in base64)

which are the first three lines of the checkpoint's text, without the last newline. That is 48
bits: a mistake or a casual lie cannot pass, while somebody who can try 2**48 records, which is a
matter of money, can make another one with the same six words. The checkpoint has no such limit;
words never replace it.
"""

from hashlib import sha256

from qa.ledger.checkpoint import Checkpoint
from qa.ledger.spelling import encode_base64

WORDS_PER_CHECKPOINT = 6

_LIST = """
acorn actor album almond anchor angel apple arrow artist atlas attic august bacon badge bakery
bamboo banjo barrel basket beach berry bishop bottle bridge bronze buffet butter cabin cactus
camel canvas carpet castle celery chalk cherry cinema circus cliff clover cobalt coffee comet
copper coral cotton cousin crayon crown curry daisy dance desert dinner disc dollar donkey
dragon drift drum duck eagle earth echo elbow emblem engine fabric falcon farmer fern fiddle
field finger flute forest fossil fox frost fudge galaxy garden giant globe goblet gospel grape
green grid guitar gull harbor hazel helmet hermit hiking hockey hotel hunter igloo indigo insect
iron island ivory jacket jaguar jersey jigsaw juice jungle kayak kettle kiosk kitten koala
ladder lagoon lake lamp laptop lemon lentil lily lizard lotus lunch magnet mango maple marble
mayor meadow mint mirror moon mosaic muffin mule museum napkin nectar needle nephew nest noble
north nurse nutmeg oasis ocean olive onion opal opera orange orchid otter oven oxygen oyster
palace panda parade pasta pearl pebble pencil pepper piano picnic pigeon pilot pirate planet
plum pocket poem potato prince puzzle quartz quiver rabbit radio raisin ranger ribbon river
robot rose rubber rugby saddle salmon scarf school shadow shirt shovel silver skate sketch snow
soccer spider spoon spring square statue stone sugar summer sunset swan swift tailor teapot
temple tennis thread thumb ticket tiger timber toast topaz tower trail trophy tulip tunnel
turtle uncle valley vase velvet vessel violin voyage waffle wagon walrus wave whale wheat window
wolf yacht yard yellow yogurt zebra zigzag zipper zone
"""

WORDS: tuple[str, ...] = tuple(_LIST.split())
"""Plain words of 3 to 6 letters. No two begin with the same three, and none is one letter off."""


def words_of(checkpoint: Checkpoint) -> tuple[str, ...]:
    """Return the six words of a checkpoint. Extension lines do not change them."""
    root = encode_base64(checkpoint.root_hash)
    digest = sha256(f"{checkpoint.origin}\n{checkpoint.tree_size}\n{root}".encode()).digest()
    return tuple(WORDS[byte] for byte in digest[:WORDS_PER_CHECKPOINT])
