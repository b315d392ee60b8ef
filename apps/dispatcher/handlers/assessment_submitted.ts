import { type HandlerContext, type HandlerEvent, PermanentError } from "@hookgate/types";

interface AssessmentSubmitted {
  assessmentId?: string;
  studentId?: string;
  score?: number;
}

/** Records a score. */
export function handle(
  event: HandlerEvent<AssessmentSubmitted | null>,
  context: HandlerContext,
): void {
  const { assessmentId, studentId, score } = event.data ?? {};
  // A retry would fail the same way: dead at once, kept for somebody to look at.
  if (typeof score === "number" && score < 0) {
    throw new PermanentError(`Cannot record a score: ${score} is below 0`);
  }
  context.log.info("assessment submitted", { assessmentId, studentId, score });
}
