import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib/core';
import cdkJson from '../../cdk.json';
import type { ZonedConfig } from '../../lib/config';
import { Blueprint } from '../../lib/stacks';

const directories: string[] = [];

afterAll(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

/**
 * Synthesizes a blueprint as `cdk synth` does, handlers bundled, into a directory that goes when the tests of the file are done.
 *
 * @param change Adds to the stacks before they are synthesized.
 * @returns the directory of the cloud assembly.
 */
export function synthesizeInto(config: ZonedConfig, change: (blueprint: Blueprint) => void = () => {}): string {
  const outdir = mkdtempSync(join(tmpdir(), 'outlast-drill-'));
  directories.push(outdir);
  const app = new App({
    outdir,
    analyticsReporting: false,
    context: { ...cdkJson.context, '@aws-cdk/core:annotationsInValidationReport': false },
  });
  change(new Blueprint(app, config));
  app.synth();
  return outdir;
}
