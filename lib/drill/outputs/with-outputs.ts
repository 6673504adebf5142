import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { explain } from '../explain';
import { partialOf, writeWhole } from '../json-file';
import { checkOutputFiles, type OutputFiles } from '../output-files';
import type { DrillReport } from '../report/drill-report';
import { renderJUnit } from './render-junit';
import { renderMarkdown } from './render-markdown';

/** What a run came to, and the walk through one client's worst minute. */
export interface Outcome<Report> {
  readonly report: Report;
  /** @default - nobody asked for it */
  readonly explanation?: string;
}

/** How a report is written to files. */
export interface Renderings<Report> {
  readonly junit: (report: Report) => string;
  readonly markdown: (report: Report) => string;
}

/** How the verdict of a drill is. */
export const DRILL_RENDERINGS: Renderings<DrillReport> = { junit: renderJUnit, markdown: renderMarkdown };

/** Signals that end the program, and what must be gone by then. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs a drill and writes its result to files, each whole or not at all: the event log grows beside its place and is moved there last, and
 * whatever ends the run takes it away.
 *
 * @param drill Is told where the event log goes while it grows, if anybody wants it.
 * @throws BadInput, before the drill runs, when a file cannot be written.
 */
export async function withOutputs<Report>(
  files: OutputFiles,
  explains: boolean,
  drill: (outputs: { readonly logFile?: string }) => Promise<Report>,
  renderings: Renderings<Report>,
): Promise<Outcome<Report>> {
  checkOutputFiles(files);
  const { log } = files;
  if (log === undefined && !explains) {
    const report = await drill({});
    writeOutputs(report, files, renderings);
    return { report };
  }
  const scratch = log === undefined ? mkdtempSync(join(tmpdir(), 'outlast-drill-')) : partialOf(log);
  const logFile = log === undefined ? join(scratch, 'events.jsonl') : scratch;
  const discard = (): void => rmSync(scratch, { force: true, recursive: true });
  const stop = endBy(discard);
  try {
    const report = await drill({ logFile });
    const explanation = explains ? await explain(logFile) : undefined;
    writeOutputs(report, files, renderings);
    if (log !== undefined) renameSync(logFile, resolve(log));
    return explanation === undefined ? { report } : { report, explanation };
  } finally {
    stop();
    discard();
  }
}

/** Writes a report to the files that were asked for, each whole or not at all; what it has no rendering for is left out. */
export function writeOutputs<Report>(
  report: Report,
  { json, junit, markdown }: OutputFiles,
  renderings: Partial<Renderings<Report>>,
): void {
  if (json !== undefined) writeWhole(json, `${JSON.stringify(report, null, 2)}\n`);
  if (junit !== undefined && renderings.junit) writeWhole(junit, renderings.junit(report));
  if (markdown !== undefined && renderings.markdown) writeWhole(markdown, renderings.markdown(report));
}

/** Discards when a signal ends the program, which then ends by it as ever; gives what stops that. */
function endBy(discard: () => void): () => void {
  const end = (signal: NodeJS.Signals): void => {
    stop();
    discard();
    process.kill(process.pid, signal);
  };
  const stop = (): void => {
    for (const signal of SIGNALS) process.off(signal, end);
  };
  for (const signal of SIGNALS) process.on(signal, end);
  return stop;
}
