import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Blueprint } from '../../lib/stacks';
import { LAVISH_BLUEPRINT, qualified, zoned } from '../helpers/configs';
import { testApp } from '../helpers/synthesize';

/** Whether this machine has cfn-lint, which is no package of npm: `pip install cfn-lint`. */
const installed = spawnSync('cfn-lint', ['--version']).status === 0;

interface Match {
  readonly Filename: string;
  readonly Level: string;
  readonly Message: string;
  readonly Rule: { readonly Id: string };
  readonly Location: { readonly Path: readonly (string | number)[] };
}

describe('cfn-lint, where it is installed,', () => {
  test.each([
    // In us-east-1 some schemas are older than elsewhere.
    ['default', qualified({ regions: ['us-east-2', 'us-east-1'], witnessRegion: 'us-west-2' })],
    ['lavish', zoned({ ...LAVISH_BLUEPRINT, regions: LAVISH_BLUEPRINT.regions.slice(0, 2) })],
  ])(
    'finds no error in any template of the %s blueprint for its own Region',
    (_, config) => {
      if (!installed) return;
      const app = testApp();
      new Blueprint(app, config);
      const { directory, stacks } = app.synth();
      const regions = new Set(stacks.map(({ environment }) => environment.region));

      for (const region of regions) {
        const own = stacks.filter(({ environment }) => environment.region === region);
        const templates = own.map(({ templateFile }) => join(directory, templateFile));
        expect(errorsIn(templates, region)).toEqual([]);
      }
    },
    240_000,
  );
});

function errorsIn(templates: readonly string[], region: string): string[] {
  const { stdout, stderr } = spawnSync(
    'cfn-lint',
    ['--format', 'json', '--regions', region, '--non-zero-exit-code', 'none', '--template', ...templates],
    { encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  if (stderr !== '') throw new Error(stderr);
  return (JSON.parse(stdout) as Match[])
    .filter(({ Level }) => Level === 'Error')
    .map(({ Filename, Rule, Message, Location }) => `${Filename} ${Rule.Id} ${Location.Path.join('.')}: ${Message}`);
}
