/**
 * Keeps every time-out of a test from ending until the test moves time on with jest's timers; all else goes by the real clock.
 *
 * A limit that runs against a real server would otherwise pass before the server was asked whenever the machine is slow.
 */
export function holdTimeOuts(): void {
  jest.useFakeTimers({
    doNotFake: [
      'Date',
      'hrtime',
      'performance',
      'nextTick',
      'queueMicrotask',
      'setImmediate',
      'clearImmediate',
      'setInterval',
      'clearInterval',
    ],
  });
}
