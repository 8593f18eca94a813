/** What goes on to the program. */
export const passedSignals: readonly NodeJS.Signals[] = [
  ...(['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH', 'SIGCONT', 'SIGALRM'] as const),
];

/** What a terminal, or the shell in it, sends to all of its foreground group. */
export const terminalSignals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT', 'SIGWINCH', 'SIGCONT'];
