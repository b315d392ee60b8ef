import { MongoServerError } from "mongodb";
import { checkNote, type Note } from "../contract/notes.ts";
import type { MongoContext } from "./context.ts";

const DUPLICATE_KEY = 11_000;

/** `note`. */
export async function readNote(
  { collections: { notes } }: MongoContext,
  name: string,
): Promise<Note> {
  const found = await notes.findOne({ _id: name });
  return found ? { revision: found.revision, text: found.text } : { revision: 0, text: "" };
}

/** `writeNote`. */
export async function writeNote(
  { collections: { notes } }: MongoContext,
  name: string,
  note: Note,
): Promise<boolean> {
  checkNote(note);
  const { revision, text } = note;
  if (revision === 0) {
    return notes.insertOne({ _id: name, revision: 1, text }).then(
      () => true,
      (error: unknown) => {
        if (error instanceof MongoServerError && error.code === DUPLICATE_KEY) return false;
        throw error;
      },
    );
  }
  const $set = { text, revision: revision + 1 };
  const { matchedCount } = await notes.updateOne({ _id: name, revision }, { $set });
  return matchedCount > 0;
}
