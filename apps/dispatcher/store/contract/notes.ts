/** Longest text of a note, in characters. */
export const NOTE_CHARS_MAX = 1_000_000;

/** A text that dispatchers share. */
export interface Note {
  /** Counts its versions; 0 if it was never written. */
  revision: number;
  text: string;
}

/** A few small texts that dispatchers share and that survive a restart. Each is known by its name, and each has one writer at a time. */
export interface Notes {
  /** The note of this name; an empty one of revision 0 if it was never written. */
  note(name: string): Promise<Note>;

  /**
   * Replaces the note of this revision; false if it has another one by now, and then nothing was written.
   *
   * @throws {RangeError} for a text of more than {@linkcode NOTE_CHARS_MAX} characters.
   */
  writeNote(name: string, note: Note): Promise<boolean>;
}

/** Refuses a text that is too long. */
export function checkNote({ text }: Pick<Note, "text">): void {
  if (text.length <= NOTE_CHARS_MAX) return;
  throw new RangeError(`Cannot write a note of more than ${NOTE_CHARS_MAX} characters`);
}
