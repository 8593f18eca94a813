/**
 * From a downwardAPI annotations file (`key="quoted value"` a line): the annotations that ask for a refresh, whatever their
 * spelling (`force-sync`, `force-sync-2`, `external-secrets.io/force-sync`). Equal texts: nothing new was asked for.
 */
export function forceSyncOf(annotations: string): string {
  const asked = annotations.split('\n').filter((line) => /^(?:[^="]*\/)?force-sync[^="/]*=/.test(line));
  return asked.sort().join('\n');
}
