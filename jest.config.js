/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  // Left to itself, jest keeps one processor free, which on two of them is half of all time.
  maxWorkers: '100%',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022' } }] },
  // Each look-up of a global leaves the sandbox of a test, which costs a drill in it a fifth of its time; these are kept inside.
  sandboxInjectedGlobals: [
    'Array',
    'Error',
    'JSON',
    'Map',
    'Math',
    'Number',
    'Object',
    'Promise',
    'Reflect',
    'Set',
    'String',
    'Symbol',
    'Uint8Array',
  ],
  // The built-in template validator costs about 4 s for each process; `npm run synth` runs it, unit tests need not.
  setupFiles: ['<rootDir>/test/helpers/environment.ts'],
  // Tests that replay outages take minutes of two processors; the others must not be cut short for waiting on them.
  testTimeout: 120_000,
  setupFilesAfterEnv: ['aws-cdk-lib/testhelpers/jest-autoclean'],
};
