// @ts-check
// The only classic script: it runs before the first paint, so that a chosen theme does not flash.
{
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");

  /** @returns {string | null} the theme that this reader chose, if any */
  const chosen = () => {
    try {
      return window.localStorage.getItem("fair-hearing/theme");
    } catch {
      return null; // storage is refused: the system's theme serves
    }
  };

  const isDark = () => (root.dataset.theme ?? (dark.matches ? "dark" : "light")) === "dark";

  const label = () => {
    for (const button of document.querySelectorAll("[data-theme-switch]")) {
      button.removeAttribute("hidden");
      const words = button.querySelector("[data-field=theme]");
      if (words) words.textContent = isDark() ? "Light theme" : "Dark theme";
    }
  };

  const theme = chosen();
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  document.addEventListener("DOMContentLoaded", label);
  dark.addEventListener("change", label);
  document.addEventListener("click", (click) => {
    if (!(click.target instanceof Element) || !click.target.closest("[data-theme-switch]")) return;
    root.dataset.theme = isDark() ? "light" : "dark";
    try {
      window.localStorage.setItem("fair-hearing/theme", root.dataset.theme);
    } catch {
      // storage is refused: the choice lasts as long as the page
    }
    label();
  });
}
