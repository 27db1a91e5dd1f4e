/** Exit codes of every command (docs: README, "Exit codes"). */
export const exitCodes = {
  done: 0,
  failed: 1,
  badInput: 2,
  unreachable: 3,
  changes: 7,
  /** As shells have it for a command that Ctrl-C ended. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
