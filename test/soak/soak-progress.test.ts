import { PROGRESS_EVERY_MS, SoakProgress } from '../../bin/soak-progress';

beforeEach(() => jest.useFakeTimers());

afterEach(() => jest.useRealTimers());

/** What a stream was told, and a progress that shows its seconds. */
function shown(isTTY: boolean, columns = 80) {
  const texts: string[] = [];
  const write = (text: string) => texts.push(text);
  return { texts, progress: new SoakProgress({ isTTY, columns, write }, (seconds) => `${seconds} s gone`) };
}

test('rewrites one line on a terminal, which it never lets wrap, and keeps what is said above it', () => {
  const { texts, progress } = shown(true, 8);

  jest.advanceTimersByTime(2 * PROGRESS_EVERY_MS.terminal);
  progress.say('found');
  progress.end();
  jest.advanceTimersByTime(60_000);

  const clear = '\r\u001b[K';
  expect(texts.join('')).toBe(`1 s gon${clear}2 s gon${clear}found\n2 s gon${clear}2 s gon\n`);
});

test('writes a line now and then elsewhere, by the clock, and the last state in the end', () => {
  const { texts, progress } = shown(false);

  jest.advanceTimersByTime(PROGRESS_EVERY_MS.elsewhere - 1);
  expect(texts).toEqual([]);
  jest.advanceTimersByTime(PROGRESS_EVERY_MS.elsewhere + 1);
  progress.say('found');
  jest.advanceTimersByTime(5_000);
  progress.end();

  expect(texts).toEqual(['30 s gone\n', '60 s gone\n', 'found\n', '65 s gone\n']);
});

test('shows nothing of a search that was over at once', () => {
  const { texts, progress } = shown(false);

  progress.end();

  expect(texts).toEqual([]);
});
