// Evaluates to a function that finds words which a reader cannot read in full: cut off by an element
// that hides what flows over, beside the screen, or under other words or a control. Lists that
// scroll, lines that end in an ellipsis on purpose, and what floats over the page are left aside.
() => {
  const visible = { visibilityProperty: true, opacityProperty: true };
  const top = document.querySelector("dialog[open]") ?? document.body;
  const found = new Set();

  const say = (element, what) => found.add(`${element.outerHTML.slice(0, 90)} is ${what}`);
  const has = (style, ...ways) => ways.includes(style.overflowX) || ways.includes(style.overflowY);
  const ancestors = function* (element) {
    for (let each = element; each !== document.body; each = each.parentElement) yield each;
  };

  /** Whether words in this element are for eyes at all, where they are. */
  const isPlain = (element) => {
    for (const each of ancestors(element)) {
      const style = getComputedStyle(each);
      // What is one pixel wide is there for screen readers only.
      if (each.getBoundingClientRect().width <= 1 || has(style, "auto", "scroll")) return false;
      if (style.webkitLineClamp !== "none" || style.textOverflow === "ellipsis") return false;
      if (top === document.body && ["fixed", "sticky"].includes(style.position)) return false;
    }
    return true;
  };

  const look = (element, box) => {
    for (const each of ancestors(element)) {
      const frame = each.getBoundingClientRect();
      const beyond = box.right > frame.right + 2 || box.bottom > frame.bottom + 2;
      if (!has(getComputedStyle(each), "hidden", "clip")) continue;
      if (beyond || box.left < frame.left - 2) say(element, `cut off by ${each.className}`);
    }
    if (box.right > innerWidth + 1 || box.left < -1) say(element, "beside the screen");
  };

  const pieces = [];
  const texts = document.createTreeWalker(top, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || element.closest(".skip, svg, option")) continue;
    if (!element.checkVisibility(visible) || !isPlain(element)) continue;
    const words = document.createRange();
    words.selectNodeContents(texts.currentNode);
    look(element, words.getBoundingClientRect());
    for (const box of words.getClientRects()) pieces.push({ element, box });
  }

  const controls = [...top.querySelectorAll("button, input, textarea, select")]
    .filter((element) => element.checkVisibility(visible) && isPlain(element))
    .map((element) => ({ element, box: element.getBoundingClientRect() }));
  // A line's box is taller than its letters, so a little of each may lie over the other.
  const collide = (a, b) =>
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > 3 &&
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 0.35 * Math.min(a.height, b.height);
  pieces.forEach(({ element, box }, place) => {
    for (const other of [...controls, ...pieces.slice(place + 1)]) {
      const related = element.contains(other.element) || other.element.contains(element);
      if (!related && collide(box, other.box)) {
        say(element, `in the place of ${other.element.outerHTML.slice(0, 60)}`);
      }
    }
  });
  return [...found];
};
