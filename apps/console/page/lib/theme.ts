const THEMES = ["system", "light", "dark"];

/** The theme after this one. */
export function nextTheme(theme: string): string {
  return THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "system";
}

/** Shows the page in a theme, and remembers it. */
export function applyTheme(theme: string): void {
  localStorage.setItem("theme", theme);
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
  dispatchEvent(new Event("hookgate:theme"));
}
