import { BadInput, quoteFound } from '../bad-input';
import { tellStory } from '../drill/outputs';
import type { BlueprintReport } from '../drill/run-drill';
import { type Bounds, expectationsOf } from './survival';

/** What a matcher of jest gives back. */
export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/** Holds a drill's report against bounds, as a matcher of jest. Its message is the story in five lines. */
export function verdictOf(matcher: string, report: BlueprintReport, bounds: Bounds): MatcherResult {
  const expectations = expectationsOf(matcher, report, bounds);
  const pass = expectations.every(({ met }) => met);
  return { pass, message: () => tellStory(report, expectations, pass ? 'to miss one of: ' : '') };
}

/**
 * The directory of a cloud assembly: given as such, as what `readAssembly` gives, or as what `app.synth()` of the CDK does.
 *
 * @throws BadInput for anything else.
 */
export function directoryOf(matcher: string, received: unknown): string {
  if (typeof received === 'string') return received;
  const { directory } = (received ?? {}) as { readonly directory?: unknown };
  if (typeof directory === 'string') return directory;
  throw new BadInput(matcher, [
    {
      field: 'expect(…)',
      found: quoteFound(received),
      allowed: 'a directory of a cloud assembly, what readAssembly gives, or what app.synth() gives',
      remedy: "pass for example 'cdk.out'",
    },
  ]);
}
