/** Path of a Node that can run this main file: the one that runs this process, or the project's own. */
export function nodeFor(main: string): string;
