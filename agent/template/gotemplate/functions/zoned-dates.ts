import { formatInstant } from '../dates/format.ts';
import { fromUnixMs } from '../dates/instant.ts';
import { htmlLayout, instantIn } from '../dates/instant-in.ts';
import { local } from '../dates/location.ts';
import { loadLocation } from '../dates/zones.ts';
import type { GoValue } from '../value.ts';
import type { FunctionFamily } from './family.ts';

/** Dates in other time zones (gotemplate.md 12.9): a family of their own, because the data of all zones is large. */
export const functions: FunctionFamily<'zonedDates'> = (world) => {
  const dateInZone = (layout: string, value: GoValue, zone: string): string => {
    const instant = instantIn(value) ?? fromUnixMs(world.now());
    return formatInstant({ ...instant, location: loadLocation(zone) ?? local }, layout);
  };
  return {
    dateInZone,
    date_in_zone: dateInZone,
    htmlDateInZone: (value, zone) => dateInZone(htmlLayout, value, zone),
  };
};
