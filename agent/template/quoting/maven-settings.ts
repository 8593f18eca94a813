import type { Refuse } from './quoting.ts';

/**
 * Text of an element in Maven's settings.xml. Maven takes white space off around it, loses carriage returns when it fills in `${X}`, and
 * takes `{X}` for encrypted: version 3 then uses it as it stands, version 4 fails and shows it. Version 4 takes the backslash off `\{`.
 */
export function mavenSettings(text: string, refuse: Refuse): string {
  if (/[^\t\n -\ufffd\u{10000}-\u{10ffff}]/u.test(text)) {
    return refuse('a settings.xml can not hold a carriage return or another control character, nor U+FFFE or U+FFFF');
  }
  if (/^[\t\n ]|[\t\n ]$/.test(text)) return refuse('a settings.xml can not hold white space around a value');
  if (/\{.*\}|\\[{}]/s.test(text)) {
    return refuse(
      'a settings.xml can not hold a { with a } behind it, nor a backslash before one of them: Maven has a meaning for that',
    );
  }
  const named: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
  return text.replace(/[&<>]/g, (mark) => named[mark] ?? mark);
}
