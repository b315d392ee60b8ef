import type { HandlerContext, HandlerEvent } from "@hookgate/types";

interface CourseEnrolled {
  courseId?: string;
  studentId?: string;
}

/** Welcomes a student. If it returns, the event is delivered; if it throws, Hookgate retries later. */
export function handle(event: HandlerEvent<CourseEnrolled | null>, context: HandlerContext): void {
  const { courseId, studentId } = event.data ?? {};
  context.log.info("student enrolled", { courseId, studentId });
}
