import { readFileSync } from "node:fs";
import { whyNoTrace } from "../power/trace_load.ts";

const PTRACE_SCOPE = "/proc/sys/kernel/yama/ptrace_scope";

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** Why strace cannot be attached to a running program here, with what helps; null if it can. */
export async function whyNoAttach(): Promise<string | null> {
  const problem = await whyNoTrace();
  if (problem || isRoot() || ptraceScope() === 0) return problem;
  return "strace may not be attached here: run as root, or sysctl kernel.yama.ptrace_scope=0";
}

/** What is said where only root can do it; null if this user is. */
export function missingRoot(what: string): string | null {
  return isRoot() ? null : `${what} takes root`;
}

/** 0 if every process of the same user may be traced; kernels without the setting behave so. */
function ptraceScope(): number {
  try {
    return Number(readFileSync(PTRACE_SCOPE, "utf8"));
  } catch {
    return 0;
  }
}
