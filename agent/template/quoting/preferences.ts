import type { Refuse } from './quoting.ts';

/** A value of java.util.prefs, which takes at most MAX_VALUE_LENGTH characters. It is no XML yet. */
export function preferences(text: string, refuse: Refuse): string {
  return text.length > 8192 ? refuse('Java preferences can not hold a value of more than 8192 characters') : text;
}

/** A key of java.util.prefs, or the name of a node, which is MAX_KEY_LENGTH at most. It is no XML yet. */
export function preferencesKey(text: string, refuse: Refuse): string {
  return text.length > 80 ? refuse('Java preferences can not hold a key or a name of more than 80 characters') : text;
}
