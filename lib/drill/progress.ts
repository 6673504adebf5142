/** The parts of a stream that progress needs. */
interface Terminal {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Steps that are written one by one where a line cannot be redrawn. */
const QUIET_STEPS = 4;

/** Shows the progress of one task: redrawn on a terminal, a few words elsewhere, nothing of a task that never began. */
export function progressLine(
  what: string,
  terminal: Terminal,
): { readonly show: (share: number) => void; readonly end: () => void } {
  const startedMs = Date.now();
  let lastStep = -1;
  const steps = terminal.isTTY ? 100 : QUIET_STEPS;
  return {
    show: (share) => {
      const step = Math.floor(share * steps);
      if (step <= lastStep) return;
      lastStep = step;
      const percent = `${Math.round((100 * step) / steps)} %`;
      terminal.write(terminal.isTTY ? `\r${what} … ${percent.padStart(5)}` : `${what} … ${percent}\n`);
    },
    end: () => {
      if (lastStep < 0) return;
      const seconds = ((Date.now() - startedMs) / 1000).toFixed(1);
      terminal.write(terminal.isTTY ? `\r${what} … took ${seconds} s\n` : `${what} took ${seconds} s\n`);
    },
  };
}
