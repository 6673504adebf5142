import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BadInput, runCommand } from '../lib/bad-input';
import { benchRecovery } from './recovery';
import { benchReplay, benchSampling } from './replay';
import { benchSoak } from './soak';
import { benchSynth, synthesize } from './synth';

/** Seeds and hours over which sampled replays are held against whole ones; the whole outage takes hours. */
const SAMPLING = { seeds: 20, hours: 2 };

const AS_SHIPPED = 'blueprint.config.ts';
const THREE_REGIONS = 'bench/three-regions.config.ts';

/** Parts of the benchmark, in order. */
const PARTS: Readonly<Record<string, (directory: string) => void | Promise<void>>> = {
  synth: benchSynth,
  replay: (directory) => benchReplay(synthesized(directory, THREE_REGIONS)),
  sampling: (directory) => benchSampling(synthesized(directory, THREE_REGIONS), SAMPLING.seeds, SAMPLING.hours),
  recovery: (directory) => benchRecovery(synthesized(directory, AS_SHIPPED)),
  soak: (directory) => benchSoak(synthesized(directory, AS_SHIPPED)),
};

/** `npm run bench` measures everything; `npm run bench -- PART …` some of it. */
void runCommand(async () => {
  const chosen = process.argv.slice(2);
  const unknown = chosen.filter((part) => !Object.hasOwn(PARTS, part));
  if (unknown.length > 0) {
    const found = unknown.join(', ');
    throw new BadInput('npm run bench', [
      { field: 'part', found, allowed: Object.keys(PARTS).join(', '), remedy: 'name one of these, or none for all' },
    ]);
  }
  const directory = mkdtempSync(join(tmpdir(), 'outlast-bench-'));
  try {
    for (const [part, measure] of Object.entries(PARTS)) {
      if (chosen.length === 0 || chosen.includes(part)) await measure(directory);
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  return 0;
});

function synthesized(directory: string, config: string): string {
  const output = join(directory, 'of', config);
  synthesize(output, config);
  return output;
}
