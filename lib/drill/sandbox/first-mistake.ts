import { type TransformFailure, transformSync } from 'esbuild';

/** What is wrong with a text, and where. */
export interface Mistake {
  /** The first line is 1. */
  readonly line: number;
  /** The line as it stands, without the blanks around it. */
  readonly lineText: string;
  /** What is wrong there, in words. */
  readonly text: string;
}

/** The first thing that keeps a text from being JavaScript, or JSON if its file is; nothing when it is. */
export function firstMistake(filename: string, source: string): Mistake | undefined {
  const loader = filename.endsWith('.json') ? 'json' : 'js';
  try {
    transformSync(source, { sourcefile: filename, loader, logLevel: 'silent' });
    return undefined;
  } catch (error) {
    const [first] = (error as Partial<TransformFailure>).errors ?? [];
    if (!first) throw error;
    const { line = 1, lineText = '' } = first.location ?? {};
    return { line, lineText: lineText.trim(), text: first.text };
  }
}
