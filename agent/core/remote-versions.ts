/** Remote key -> what the store calls the version that was read of it. Objects whose versions have no name are not in it. */
export type RemoteVersions = ReadonlyMap<string, string>;

/** External secret -> the versions that its entries were made of. */
export type VersionsBySecret = ReadonlyMap<string, RemoteVersions>;

/** The same as plain objects, for log lines, status and records. */
export type ToldVersions = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A search may read thousands of objects; a log line names so many of an external secret. */
const mostToldOfOne = 20;

/** Without external secrets that have nothing to tell. */
export function toldVersions(versions: VersionsBySecret | undefined): ToldVersions {
  return Object.fromEntries([...(versions ?? [])].flatMap(([name, each]) => (each.size > 0 ? [[name, fewOf(each)]] : [])));
}

function fewOf(versions: RemoteVersions): Readonly<Record<string, string>> {
  const told = Object.fromEntries([...versions].slice(0, mostToldOfOne));
  return versions.size > mostToldOfOne ? { ...told, '...': `and ${versions.size - mostToldOfOne} more` } : told;
}
