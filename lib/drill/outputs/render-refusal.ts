import type { OutputFiles } from '../output-files';
import { junitFile } from './junit-file';

/** A drill that stopped, because something that matters to its verdict is not modelled. */
export interface Refusal {
  /** What was to be drilled. */
  readonly name: string;
  /** What is not modelled. */
  readonly what: string;
  /** What can be said all the same. @default - nothing */
  readonly text?: string;
}

/**
 * Writes that there is no verdict as JUnit's XML: one test case, in the place of the objectives, that ended in an error. It is no failure,
 * for nothing was found wanting, and it is not skipped, for it was asked for; CI systems count it as not passed.
 */
export function renderRefusalJUnit({ name, what, text = '' }: Refusal): string {
  const message = `not modelled: ${what}`;
  const cases = [{ name: 'objectives', error: { message, text: text === '' ? message : `${message}\n\n${text}` } }];
  return junitFile([{ name, properties: { outcome: 'not-modelled' }, cases, seconds: 0 }], Date.now());
}

/** What a drill that stopped could not give of what it was asked for, in sentences. */
export function missedOutputs(files: Omit<OutputFiles, 'junit'>, explains: boolean): readonly string[] {
  const { json, markdown, log } = files;
  const verdicts = [json, markdown].filter((file) => file !== undefined);
  const were = verdicts.length > 1 ? 'were' : 'was';
  return [
    ...(verdicts.length > 0 ? [`There is no verdict, so that ${verdicts.join(' and ')} ${were} not written.`] : []),
    ...(log === undefined ? [] : [`There is no event log, so that ${log} was not written.`]),
    ...(explains ? ['There is no minute to explain.'] : []),
  ];
}
