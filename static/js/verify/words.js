// @ts-check
/** The words in which a checkpoint is read aloud. The list is that of qa/ledger/words.py, in its order. */

const LIST = `
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
`;

/** @type {readonly string[]} 256 of them, one for each value of a byte */
export const WORDS = LIST.trim().split(/\s+/u);
