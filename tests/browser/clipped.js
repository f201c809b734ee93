// Evaluates to a function that finds words which a reader cannot see in full: cut off by an element
// that hides what flows over, or beside the screen. Lists that scroll, and lines that end in an
// ellipsis on purpose, are left aside.
() => {
  const found = [];
  const has = (style, ...ways) => ways.includes(style.overflowX) || ways.includes(style.overflowY);
  const lets = (style) => has(style, "auto", "scroll") || style.webkitLineClamp !== "none";
  const visible = { visibilityProperty: true, opacityProperty: true };

  const say = (element, what) => found.push(`${element.outerHTML.slice(0, 90)} is ${what}`);

  const look = (element, text) => {
    const words = document.createRange();
    words.selectNodeContents(text);
    const box = words.getBoundingClientRect();
    for (let around = element; around !== document.body; around = around.parentElement) {
      const style = getComputedStyle(around);
      const frame = around.getBoundingClientRect();
      // What is one pixel wide is there for screen readers only.
      if (frame.width <= 1 || lets(style) || style.textOverflow === "ellipsis") return;
      const beyond = box.right > frame.right + 2 || box.bottom > frame.bottom + 2;
      if (has(style, "hidden", "clip") && (beyond || box.left < frame.left - 2)) {
        say(element, `cut off by ${around.className}`);
        return;
      }
    }
    if (box.right > innerWidth + 1 || box.left < -1) say(element, "beside the screen");
  };

  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || element.closest(".skip, svg, option")) continue;
    if (element.checkVisibility(visible)) look(element, texts.currentNode);
  }
  return found;
};
