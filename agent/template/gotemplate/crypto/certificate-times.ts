const layouts = {
  UTCTime: /^(?<year>\d\d)(?<month>\d\d)(?<day>\d\d)(?<hour>\d\d)(?<minute>\d\d)(?<second>\d\d)?(?<zone>Z|[+-]\d{4})$/,
  GeneralizedTime: /^(?<year>\d{4})(?<month>\d\d)(?<day>\d\d)(?<hour>\d\d)(?<minute>\d\d)(?<second>\d\d)(?<zone>Z|[+-]\d{4})$/,
} as const;

/** Whether Go takes the text of an ASN.1 time in a certificate. */
export function isUniversalTime(text: string, kind: keyof typeof layouts): boolean {
  const found = layouts[kind].exec(text)?.groups;
  if (!found) return false;
  const part = (name: string) => Number(found[name] ?? 0);
  const year = kind === 'UTCTime' ? part('year') + (part('year') >= 69 ? 1900 : 2000) : part('year');
  const isDay = part('month') >= 1 && part('month') <= 12 && part('day') >= 1 && part('day') <= daysIn(year, part('month'));
  return isDay && part('hour') < 24 && part('minute') < 60 && part('second') < 60 && isZone(found['zone'] ?? '');
}

function daysIn(year: number, month: number): number {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  if (month === 2) return isLeap ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** An offset has to be one that Go would write in the same way again: not zero, and no more than a day. */
function isZone(zone: string): boolean {
  if (zone === 'Z') return true;
  return Number(zone.slice(1, 3)) <= 24 && Number(zone.slice(3)) < 60 && Number(zone.slice(1)) > 0;
}
