import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import { compileFunction } from 'node:vm';
import { ROOT } from '../helpers/source-files';
import { watchHost } from './host-watch';
import { runWritten, type WrittenRun } from './written/written-run';

let run: WrittenRun;
let touched: readonly string[];

beforeAll(async () => {
  const stop = watchHost();
  try {
    run = await runWritten();
  } finally {
    touched = stop();
  }
});

/** What a run left, as two hashes. */
function bytes({ sha256, output }: WrittenRun): { readonly log: string; readonly output: string } {
  return { log: sha256, output: createHash('sha256').update(output).digest('hex') };
}

describe('the same seed', () => {
  // CI runs this on every major version of Node.js that is supported: the snapshot makes them leave the same bytes.
  test('leaves the bytes it always left, on every version of Node.js', () => {
    expect(bytes(run)).toMatchSnapshot();
  });

  test('leaves them in another process, in another zone, language, directory and memory', async () => {
    const script = `
      globalThis.afterAll = (clean) => process.on('exit', clean);
      const { runWritten } = require('./test/drill/written/written-run');
      runWritten().then((run) => process.stdout.write(JSON.stringify(run)));
    `;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--max-semi-space-size=2', '--require', 'ts-node/register', '--eval', script],
      {
        cwd: ROOT,
        maxBuffer: 1e8,
        env: {
          ...process.env,
          TZ: 'Asia/Kolkata',
          LANG: 'de_DE.UTF-8',
          LC_ALL: 'de_DE.UTF-8',
          TMPDIR: tmpdir(),
          HOME: '/nowhere',
        },
      },
    );
    const elsewhere = JSON.parse(stdout) as WrittenRun;

    expect(elsewhere.log).toBe(run.log);
    expect(bytes(elsewhere)).toEqual(bytes(run));
  });

  test('leaves them whether SDK calls take the short cut or the whole SDK, through errors, tries and conditions', async () => {
    const untouched = await runWritten({ shortCut: false });

    const met = (pattern: RegExp): number => run.log.split('\n').filter((line) => pattern.test(line)).length;
    // A table that answers four of five requests with an error, and one whose name is gone: what tries are made of.
    expect(met(/ answer us-west-2 .* 503 ServiceUnavailable/)).toBeGreaterThan(5);
    expect(met(/ answer us-east-2 .* 503 Error/)).toBeGreaterThan(5);
    expect(met(/ 409 ConditionalCheckFailedException/)).toBeGreaterThan(5);
    expect(untouched.log).toBe(run.log);
    expect(untouched.output).toBe(run.output);
  });

  test('and another one leaves other bytes', async () => {
    const other = await runWritten({ seed: '8' });

    expect(bytes(other).log).not.toBe(bytes(run).log);
    expect(bytes(other).output).not.toBe(bytes(run).output);
  });
});

describe("the drill's own code", () => {
  test('touches no clock, chance, file or network of the machine while a world runs', () => {
    expect(touched).toEqual([]);
  });

  test('would be found out if it did', () => {
    const stop = watchHost();
    const use = compileFunction(
      'const { readFileSync } = require("node:fs"); Date.now(); new Date(); new Date(0); Math.random(); try { readFileSync("/nowhere"); } catch {}',
      ['Date', 'Math', 'require'],
      { filename: `${ROOT}/lib/drill/world/culprit.ts` },
    );
    use(Date, Math, require);

    const uses = ['Date', 'Date.now', 'Math.random', 'fs.readFileSync'];
    expect(stop()).toEqual(expect.arrayContaining(uses.map((what) => `${what} by lib/drill/world/culprit.ts`)));
  });
});
