import { allOptions, commandNames, knownCommands } from './known-commands.ts';
import type { Option } from './options.ts';
import type { World } from './world.ts';

/**
 * `keytide completion bash|zsh`. The scripts hold the table as it is now instead of asking Keytide at every key: no process is
 * started while somebody types.
 */
export async function run({ shell }: { readonly shell: 'bash' | 'zsh' }, world: World): Promise<number> {
  world.stdout(shell === 'bash' ? bashScript() : zshScript());
  return 0;
}

function bashScript(): string {
  const paths = allOptions.filter(({ kind }) => kind === 'path' || kind === 'paths').map(({ flag }) => `--${flag}`);
  const free = allOptions
    .filter(({ kind }) => kind === 'text' || kind === 'texts' || kind === 'names' || kind === 'duration')
    .map(({ flag }) => `--${flag}`);
  const choices = allOptions.flatMap(({ flag, choices: words }) =>
    words ? [`    ${flagsOf(flag)}) words='${words.join(' ')}' ;;`] : [],
  );
  const commands = commandNames.map((name) => `    ${name}) words='${wordsOf(name)}' ;;`);
  return `# keytide completion for bash: source <(keytide completion bash)
_keytide() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} command= words= word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in ${commandNames.join('|')}) command=$word; break ;; esac
  done
  case $command in
    '') words='${commandNames.join(' ')}' ;;
${commands.join('\n')}
  esac
  for word in "\${COMP_WORDS[@]:2:COMP_CWORD-2}"; do
    [ "$command$word" = exec-- ] && { COMPREPLY=($(compgen -c -f -- "$cur")); return; }
  done
  case $prev in
    ${paths.join('|')})
      local IFS=$'\\n'
      compopt -o filenames 2>/dev/null
      COMPREPLY=($(compgen -f -- "$cur"))
      return ;;
    ${free.join('|')}) COMPREPLY=(); return ;;
${choices.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -F _keytide keytide
`;
}

function flagsOf(flag: string): string {
  return flag === 'output' ? '--output|-o' : `--${flag}`;
}

function wordsOf(name: (typeof commandNames)[number]): string {
  const { options, positional } = knownCommands[name];
  return [...(positional?.choices ?? []), ...options.map(({ flag }) => `--${flag}`), '--help'].join(' ');
}

function zshScript(): string {
  const commands = commandNames.map((name) => `    ${quoted(`${name}:${knownCommands[name].summary}`)}`);
  const cases = commandNames.map((name) => {
    const { options, positional } = knownCommands[name];
    const specs = [
      ...options.flatMap(zshOption),
      "'--help[show help]'",
      ...(positional ? [`'1:${positional.name}:${positional.choices ? `(${positional.choices.join(' ')})` : ''}'`] : []),
    ];
    const program = knownCommands[name].program === undefined ? '' : " '*::: :_normal'";
    return `    ${name}) _arguments ${specs.join(' ')}${program} ;;`;
  });
  return `#compdef keytide
# keytide completion for zsh: keytide completion zsh > DIR/_keytide, with DIR in fpath; or source <(keytide completion zsh)
_keytide() {
  local -a commands
  commands=(
${commands.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${cases.join('\n')}
  esac
}
if [ "$funcstack[1]" = "_keytide" ]; then _keytide "$@"; else compdef _keytide keytide; fi
`;
}

function zshOption({ flag, kind, choices, meaning, value }: Option): readonly string[] {
  const several = kind === 'paths' ? '*' : '';
  const says = `[${meaning.replace(/[[\]\\]/g, '\\$&')}]`;
  if (kind === 'switch') return [quoted(`--${flag}${says}`)];
  const takes = choices ? `(${choices.join(' ')})` : kind === 'path' || kind === 'paths' ? '_files' : '';
  const names = flag === 'output' ? ['-o+', `--${flag}=`] : [`--${flag}=`];
  return names.map((name) => quoted(`${several}${name}${says}:${value ?? flag}:${takes}`));
}

/** In single quotes of a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
