/** What the application gets: the event's id, which is the same on every try, and its payload. */
export interface ReceivedHook {
  id: string;
  content: { type?: string; data?: { studentId?: string; courseId?: string } };
}

const handled = new Set<string>();

/** Enrols a student, once. In your project the id goes into the same transaction as the work. */
export async function handleEvent({ id, content }: ReceivedHook): Promise<void> {
  if (handled.has(id)) return;
  console.log(`student ${content.data?.studentId} enrolled for ${content.data?.courseId}`);
  handled.add(id);
}
