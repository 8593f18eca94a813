/** The variables of a proxy, or undefined where there is none. */
export function proxyOf(env: Readonly<Record<string, string | undefined>>): Record<string, string> | undefined {
  const names = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'NO_PROXY', 'no_proxy'];
  const set = names.flatMap((name) => (env[name] ? [[name, env[name]] as const] : []));
  return set.some(([name]) => !name.toLowerCase().startsWith('no')) ? Object.fromEntries(set) : undefined;
}
