/**
 * Go's calendar (package time): Gregorian for all years, with an absolute zero on March 1 of a year so early that all seconds of
 * 64 bits come after it.
 */
export interface CivilDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  /** 1 is January 1. */
  readonly yearDay: number;
  /** 0 is Sunday. */
  readonly weekday: number;
}

const zeroYear = 292277022400;
const daysPer400Years = 146097;
const secondsPerDay = 86400n;

/** From the absolute zero to 1970. */
const unixToAbsolute = (BigInt(zeroYear / 400) * BigInt(daysPer400Years) + 719468n) * secondsPerDay;

/** The calendar day and the second in it of a time in seconds since 1970, whatever 64 bits can hold. */
export function civilOf(unix: bigint): { readonly date: CivilDate; readonly secondOfDay: number } {
  const absolute = BigInt.asUintN(64, unix + unixToAbsolute);
  return { date: dateOf(Number(absolute / secondsPerDay)), secondOfDay: Number(absolute % secondsPerDay) };
}

/** Years begin in March here, so that a leap day is the last of its year. */
function dateOf(days: number): CivilDate {
  const cycle = Math.floor(days / daysPer400Years);
  const dayOfCycle = days - cycle * daysPer400Years;
  const yearOfCycle = Math.floor(
    (dayOfCycle - Math.floor(dayOfCycle / 1460) + Math.floor(dayOfCycle / 36524) - Math.floor(dayOfCycle / 146096)) / 365,
  );
  const dayOfYear = dayOfCycle - (365 * yearOfCycle + Math.floor(yearOfCycle / 4) - Math.floor(yearOfCycle / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const isNextYear = monthFromMarch >= 10;
  const year = cycle * 400 + yearOfCycle - zeroYear + (isNextYear ? 1 : 0);
  return {
    year,
    month: isNextYear ? monthFromMarch - 9 : monthFromMarch + 3,
    day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
    yearDay: isNextYear ? dayOfYear - 305 : dayOfYear + 60 + (isLeap(year) ? 1 : 0),
    weekday: (days + 3) % 7,
  };
}

export function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

export function daysIn(month: number, year: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

export interface CivilTime {
  readonly year: bigint;
  readonly month: bigint;
  readonly day: bigint;
  readonly secondOfDay: bigint;
}

/** Seconds since 1970. Months and days may be out of range, as February 30 is; what leaves 64 bits wraps around. */
export function unixOf({ year, month, day, secondOfDay }: CivilTime): bigint {
  const fromMarch = month - 3n;
  const monthOfYear = ((fromMarch % 12n) + 12n) % 12n;
  const years = BigInt.asUintN(64, year + (fromMarch - monthOfYear) / 12n + BigInt(zeroYear));
  const [century, yearOfCentury] = [years / 100n, years % 100n];
  const days =
    BigInt.asUintN(64, century * BigInt(daysPer400Years)) / 4n +
    (yearOfCentury * 1461n) / 4n +
    (monthOfYear * 153n + 2n) / 5n +
    day -
    1n;
  return BigInt.asIntN(64, days * secondsPerDay + secondOfDay - unixToAbsolute);
}
