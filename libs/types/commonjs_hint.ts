/** How V8 tells it: the file's path and line, the line itself, and what it is not. */
const THROWN =
  /^(?:file:\/\/)?(.+)\.[cm]?([jt])s:\d+\n[^\n]{0,2000}\n[ ^]+\n+SyntaxError: (?:Cannot use import statement outside a module|Unexpected token 'export'|Cannot use 'import\.meta' outside a module)$/m;

/**
 * What to do about a file that has `import` or `export` while Node takes it for CommonJS, because `package.json` or its own name
 * says so. Null for any other error. `thrown` is its stack, or what Node has printed of it.
 */
export function commonJsHint(thrown: string): string | null {
  const [, path, letter] = THROWN.exec(thrown) ?? [];
  if (path === undefined) return null;
  const name = path.replace(/^.*[/\\]/, "");
  return `it has import or export, but Node takes it for CommonJS: rename it to ${name}.m${letter}s, or set "type": "module" in package.json`;
}
