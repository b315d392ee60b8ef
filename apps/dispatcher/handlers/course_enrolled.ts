import type { HandlerContext, HandlerEvent } from "@hookgate/types";

interface CourseEnrolled {
  courseId?: string;
  studentId?: string;
}

/** Welcomes a student. Returning delivers the event; throwing makes Hookgate try again later. */
export function handle(event: HandlerEvent<CourseEnrolled | null>, context: HandlerContext): void {
  const { courseId, studentId } = event.data ?? {};
  context.log.info("student enrolled", { courseId, studentId });
}
