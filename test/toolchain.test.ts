import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Manifest } from 'aws-cdk-lib/cloud-assembly-schema';
import { ROOT, textOf } from './helpers/source-files';

interface PackageJson {
  readonly version: string;
  readonly bin?: Readonly<Record<string, string>>;
  readonly engines?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const readJson = (path: string) => JSON.parse(textOf(path));
const project: PackageJson = readJson('package.json');
const pins = { ...project.dependencies, ...project.devDependencies };
const installed = (name: string): PackageJson => readJson(`node_modules/${name}/package.json`);

describe('the CDK command line', () => {
  test('is of major version 2: version 3.0.0 is an old build that reads no current assembly', () => {
    expect(installed('aws-cdk').version).toMatch(/^2\./);
  });

  test('reads the assembly schema that the installed library writes, and says so when it cannot', () => {
    const [major] = Manifest.version().split('.');
    const later = `${Number(major) + 900}.0.0`;

    expect(listAssembly(Manifest.version())).toMatchObject({ status: 0 });
    expect(listAssembly(later)).toMatchObject({ status: 1, stderr: expect.stringContaining('schema version') });
  }, 120_000);
});

/** What `cdk list` makes of an assembly of a schema version. */
function listAssembly(version: string): { status: number | null; stderr: string } {
  const directory = mkdtempSync(join(tmpdir(), 'assembly-'));
  try {
    const stack = {
      type: 'aws:cloudformation:stack',
      environment: 'aws://111111111111/us-east-2',
      properties: { templateFile: 'template.json' },
    };
    writeFileSync(join(directory, 'manifest.json'), JSON.stringify({ version, artifacts: { stack } }));
    writeFileSync(join(directory, 'template.json'), '{}');
    const cli = join(ROOT, 'node_modules/aws-cdk', installed('aws-cdk').bin?.cdk ?? 'bin/cdk');
    const { status, stderr } = spawnSync(process.execPath, [cli, 'list', '--app', directory, '--no-notices'], {
      cwd: directory,
      encoding: 'utf8',
      env: { ...process.env, CI: 'true', CDK_DISABLE_CLI_TELEMETRY: 'true' },
    });
    return { status, stderr };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

describe('versions', () => {
  const lockfile: { readonly packages: Readonly<Record<string, PackageJson>> } = readJson('package-lock.json');

  test.each(Object.entries(pins))('%s is pinned to %s exactly, locked and installed', (name, version) => {
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(lockfile.packages[`node_modules/${name}`]?.version).toBe(version);
    expect(installed(name).version).toBe(version);
  });

  test('the lockfile belongs to this package.json', () => {
    expect(lockfile.packages['']).toMatchObject({
      dependencies: project.dependencies,
      devDependencies: project.devDependencies,
    });
  });

  test('the lockfile holds the builds for every platform: npm ci refuses one without them', () => {
    const missing = Object.entries(lockfile.packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) => !lockfile.packages[`node_modules/${name}`] && !lockfile.packages[`${path}/node_modules/${name}`],
      ),
    );

    expect(missing).toEqual([]);
  });

  test('TypeScript is of the newest line that ts-node runs with', () => {
    expect(pins.typescript).toMatch(/^6\.0\./);
    expect(pins['ts-node']).toMatch(/^10\.9\./);
  });

  test('Node.js 20 is enough', () => {
    expect(project.engines).toEqual({ node: '>=20' });
    expect(pins['@types/node']).toMatch(/^20\./);
  });
});

describe('cdk.json', () => {
  const { app, context }: { app: string; context: Readonly<Record<string, unknown>> } = readJson('cdk.json');

  test('runs the app with ts-node, which leaves types to the type checker', () => {
    expect(app).toMatch(/^node .*-r ts-node\/register bin\/app\.ts$/);
    expect(readJson('tsconfig.json')['ts-node']).toEqual({ swc: true });
  });

  test('keeps the validation of templates from compiling twice and collecting garbage on every core', () => {
    expect(app.split(' ')).toEqual(expect.arrayContaining(['--liftoff-only', '--single-threaded-gc']));
  });

  test('sets every feature flag as the CLI recommends it', () => {
    const recommended = readJson('node_modules/aws-cdk/lib/init-templates/.recommended-feature-flags.json');

    expect(Object.keys(recommended).length).toBeGreaterThan(50);
    // But for China's partition, whose principals would double every list: no Region set of global tables lies in it.
    expect(context).toMatchObject({ ...recommended, '@aws-cdk/core:target-partitions': ['aws'] });
  });

  test('turns what the template rules find into errors', () => {
    expect(context['@aws-cdk/core:validateAgainstDefaultRules']).toBe(true);
  });
});
