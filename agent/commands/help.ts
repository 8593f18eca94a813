import yargs from 'yargs';
import { exitCodeMeanings } from './exit-codes.ts';
import { type CommandName, commandNames, knownCommands } from './known-commands.ts';
import { type Option, variableOf } from './options.ts';
import type { World } from './world.ts';

/** Wider lines are hard to follow; in narrower ones yargs would cut the longest words, names of variables. */
const [widest, narrowest] = [110, 72];

/** `keytide help [COMMAND]`, `keytide COMMAND --help`. */
export async function run({ about }: { readonly about?: CommandName }, world: World): Promise<number> {
  world.stdout(`${await helpText(about, world.columns() ?? widest)}\n`);
  return 0;
}

/** The page of one command, or the overview. yargs lays it out; all words come from the tables. */
export async function helpText(about: CommandName | undefined, columns: number): Promise<string> {
  const layout = yargs([])
    .scriptName('keytide')
    .locale('en')
    .help(false)
    .version(false)
    .wrap(Math.max(narrowest, Math.min(widest, columns)));
  return about === undefined ? overview(layout) : commandPage(layout, about);
}

type Layout = ReturnType<typeof yargs>;

function overview(layout: Layout): Promise<string> {
  layout.usage(
    "keytide COMMAND [OPTIONS]\n\nKeeps a pod's secret files fresh, from ExternalSecret manifests, and tells the app.",
  );
  for (const name of commandNames) layout.command(name, knownCommands[name].summary);
  layout.epilogue(
    '`keytide COMMAND --help` says more. Every option has a variable as well; options beat variables.\n\n' +
      'Start here: keytide check --spec DIR',
  );
  return layout.getHelp();
}

function commandPage(layout: Layout, name: CommandName): Promise<string> {
  const { description, options, positional, program = '', exitCodes, examples } = knownCommands[name];
  const words = positional?.choices?.join('|') ?? positional?.name ?? '';
  const takes = [positional?.presence === 'optional' ? `[${words}]` : words, options.length > 0 ? '[OPTIONS]' : '', program];
  layout.usage(`${['keytide', name, ...takes].filter((word) => word !== '').join(' ')}\n\n${description}`);
  for (const option of options) addOption(layout, option);
  const codes = [0, 1, 2, ...exitCodes].map((code) => `  ${code}  ${exitCodeMeanings[code]}`);
  const shown = examples.flatMap(({ command, meaning }) => [`  ${command}`, `      ${meaning}`]);
  layout.epilogue(`Examples:\n${shown.join('\n')}\n\nExit codes (128 + n: ended by signal n):\n${codes.join('\n')}`);
  return layout.getHelp();
}

/** yargs' own notes on type and default are switched off by not telling it: ours name the variable, too. */
function addOption(layout: Layout, option: Option): void {
  const value =
    option.kind === 'choice' ? option.choices?.join('|') : option.kind === 'choices' ? option.choices?.join(',') : option.value;
  const facts = [
    option.default === undefined ? '' : `default ${option.default}`,
    option.variable === 'none' ? '' : variableOf(option.flag),
  ];
  const note = facts.filter((fact) => fact !== '').join(', ');
  layout.option(value === undefined ? option.flag : `${option.flag} ${value}`, {
    describe: note === '' ? option.meaning : `${option.meaning} (${note})`,
    group: `${option.group}:`,
    ...(option.flag === 'output' ? { alias: 'o' } : {}),
  });
}
