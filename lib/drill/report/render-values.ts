/** A share from 0 to 1 in percent, never rounded up: what failed shows. */
export function percent(value: number): string {
  const scale = value < 0.99 ? 10 : 1000;
  return `${Math.floor(value * 100 * scale + ROUNDING) / scale} %`;
}

/** Largest error of a share that was not exactly representable, in steps of the last digit shown. */
const ROUNDING = 1e-6;

/** Seconds in words; `never` for what did not happen. */
export function durationOrNever(seconds: number | null): string {
  return seconds === null ? 'never' : duration(seconds);
}

/** Seconds in words, by the two largest units. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const parts = [
    [Math.floor(whole / 3600), 'h'],
    [Math.floor((whole % 3600) / 60), 'min'],
    [whole % 60, 's'],
  ] as const;
  const shown = parts.filter(([amount]) => amount > 0).map(([amount, unit]) => `${amount} ${unit}`);
  return shown.length > 0 ? shown.slice(0, 2).join(' ') : '0 s';
}

/** A number of things, thousands set apart. */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** A part of a whole in percent, in a column of its own. */
export function share(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(0)} %`.padStart(5);
}
