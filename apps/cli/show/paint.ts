const CODES = { bold: 1, red: 31, green: 32, yellow: 33 } as const;

/** How a text can look. */
export type Style = keyof typeof CODES;

/** What a state means for whoever looks: all is well, something has to be done, something may have to be. */
const STYLES: Readonly<Record<string, Style>> = {
  ...{ active: "green", delivered: "green", done: "green", healthy: "green", resolved: "green" },
  ...{ dead: "red", open: "red", paused: "red", revoked: "red", unhealthy: "red" },
  ...{ acknowledged: "yellow", breaker: "yellow", cancelled: "yellow", degraded: "yellow" },
  ...{ no: "yellow", retiring: "yellow", running: "yellow", waiting: "yellow" },
};

/** A text in a style. Only for a terminal, and only text that is safe to show. */
export function paint(text: string, style: Style): string {
  return `\x1b[${CODES[style]}m${text}\x1b[0m`;
}

/** A state in the colour of its first word; as it is if that means nothing. */
export function paintState(text: string): string {
  const style = STYLES[/^[a-z]+/.exec(text)?.[0] ?? ""];
  return style === undefined ? text : paint(text, style);
}
